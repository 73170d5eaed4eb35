// A media node in a process of its own that a test kills. Reads a camera's address from its standard input and
// writes a line for each frame.
import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { createLogger } from '@sightline/logging/logging'
import { createMediaNode } from '../src/media-node.ts'
import { defaultCameraTimings, defaultSampling } from '../src/settings.ts'
import { ControlInMemory } from './control-in-memory.ts'

const source = (await text(process.stdin)).trim()
const control = new ControlInMemory()
const nodeId = randomUUID()
const node = createMediaNode({
  client: control.clientOf(nodeId),
  publisher: {
    async publishFrame({ sequence }) {
      process.stdout.write(`frame ${sequence}\n`)
      return 'published'
    },
  },
  settings: {
    nodeId,
    allowedCameraNetworks: ['127.0.0.0/8'],
    programPath: process.env.PATH ?? '/usr/bin:/bin',
    workerBinary: process.env.MEDIASOUP_WORKER_BIN,
    leaseRenewalMs: 1000,
    leaseBoundMs: 300_000,
    commandRetryMs: 200,
    farewellMs: 3000,
    camera: defaultCameraTimings,
    sampling: defaultSampling,
  },
  logger: createLogger({ name: 'killed-node', level: 'warn', destination: 2 }),
})
await node.start()
const ids = { streamId: randomUUID(), tenantId: randomUUID(), cameraId: randomUUID() }
control.want({ ...ids, session: 1, framesPerSecond: 2, reencode: false }, source)
