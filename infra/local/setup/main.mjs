// Makes everything that the product needs and the checkout doesn't hold, each thing once. Runs on Node.js 20 or
// later before anything is installed.
import { SetupError } from './commands.mjs'
import { demoCameras, demoMedia } from './demo-media.mjs'
import { refuseWithoutDocker } from './docker.mjs'
import { faceModels } from './face-models.mjs'
import { kafkaClasses } from './kafka-classes.mjs'
import { kafkaJars } from './kafka-jars.mjs'
import { cacheFolder } from './locations.mjs'
import { mediasoupWorker } from './mediasoup-worker.mjs'
import { nodePackages } from './node-packages.mjs'
import { refuseOlderNode } from './node-version.mjs'
import { runSteps } from './run-steps.mjs'
import { systemPackages } from './system-packages.mjs'
import { webBuild } from './web-build.mjs'

const steps = [
  systemPackages,
  nodePackages,
  kafkaJars,
  kafkaClasses,
  mediasoupWorker,
  faceModels,
  demoMedia,
  demoCameras,
  webBuild,
]

try {
  refuseOlderNode(process.versions.node)
  await refuseWithoutDocker(process.env)
  const done = await runSteps(steps, {
    cache: cacheFolder(),
    write: text => process.stdout.write(text),
    interactive: process.stdout.isTTY === true,
  })
  console.log(done.length > 0 ? 'Everything is set up.' : 'Everything is set up already.')
} catch (error) {
  console.error(`\nThe set-up can't go on. ${error instanceof SetupError ? error.message : error.stack}`)
  process.exitCode = 1
}
