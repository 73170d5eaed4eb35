import { existsSync, renameSync, rmSync } from 'node:fs'
import { runCommand } from './commands.mjs'
import { kafkaClasses, kafkaLibraries, kafkaPom } from './locations.mjs'

/** Apache Kafka, from Maven. */
export const kafkaJars = {
  name: "Kafka's jars",
  missing: ({ cache }) => (existsSync(kafkaLibraries(cache)) ? undefined : 'not fetched yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const folder = temporaryFolder()
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`]
    await runCommand('mvn', ['-B', '-f', kafkaPom, ...goal], { onLine: progress })
    // Made of other files, it would be refused.
    rmSync(kafkaClasses(cache), { force: true })
    renameSync(folder, kafkaLibraries(cache))
  },
}
