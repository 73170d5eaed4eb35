import { join } from 'node:path'
import { startKafka } from './kafka.ts'

// Starts a node once and lets Java write at its end which classes it used: `classes.jsa` in the folder that is given.
const folder = process.argv[2]!
const { process: node } = await startKafka({
  folder: join(folder, 'node'),
  logFile: join(folder, 'kafka.log'),
  recordClassesAt: join(folder, 'classes.jsa'),
})
await node.stop()
