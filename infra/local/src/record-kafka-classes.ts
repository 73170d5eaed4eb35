import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startKafka } from './kafka.ts'

// Starts a node once and lets Java write at its end which classes it used, into the file that is given.
const recordClassesAt = process.argv[2]!
const folder = join(dirname(recordClassesAt), 'kafka')
const { process: node } = await startKafka({ folder, logFile: `${folder}.log`, recordClassesAt })
await node.stop()
if (!existsSync(recordClassesAt)) throw new Error(`Java wrote none:\n${node.endOfLog()}`)
