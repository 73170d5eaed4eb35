import { randomBytes } from 'node:crypto'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaClasses } from '../setup/locations.mjs'
import { kafkaJars } from './assets.ts'
import type { KafkaAddress } from './part.ts'
import { freePort } from './ports.ts'
import { type Death, runToEnd, type SupervisedProcess, startProcess } from './processes.ts'

/** Kafka as a process of this machine: one node that is both broker and controller. */
export type StartedKafka = KafkaAddress & { process: SupervisedProcess<true> }

const loggingFile = fileURLToPath(new URL('../kafka/log4j2.xml', import.meta.url))

// A small, quickly started Java machine: the first compiler only, one collector thread.
const javaFlags = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

/** Writing the classes down takes Java a few seconds more, many where it has no core to itself. */
const STOP_WITHIN_MS = 120_000

/**
 * Starts Kafka with an empty log in a folder.
 * @param logFile where the node's output goes
 * @param recordClassesAt where Java writes the classes that it used, when the node ends
 */
export async function startKafka(options: {
  folder: string
  logFile: string
  recordClassesAt?: string
  onDied?: (death: Death) => void
}): Promise<StartedKafka> {
  const { folder, logFile, recordClassesAt, onDied } = options
  const classPath = join(kafkaJars(), '*')
  const [port, controllerPort] = [await freePort(), await freePort()]
  mkdirSync(folder, { recursive: true })
  const settingsFile = join(folder, 'server.properties')
  writeFileSync(settingsFile, settings({ port, controllerPort, folder }))
  const classes = kafkaClasses()
  const prepared = statSync(classes, { throwIfNoEntry: false })?.size
    ? [`-XX:SharedArchiveFile=${classes}`]
    : []
  const java = [...javaFlags, ...prepared, `-Dlog4j2.configurationFile=${loggingFile}`, '-cp', classPath]
  const recording = recordClassesAt ? [`-XX:ArchiveClassesAtExit=${recordClassesAt}`] : []
  // A cluster's id is 16 bytes in base64url; `-` first would be read as an option.
  const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString('base64url')
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId, '-c', settingsFile]
  await runToEnd({ name: 'kafka', command: 'java', args: [...java, ...format], logFile })
  const process = await startProcess({
    name: 'kafka',
    command: 'java',
    args: [...recording, ...java, 'kafka.Kafka', settingsFile],
    logFile,
    ready: line => (line.includes(kafkaReadyLine) ? (true as const) : undefined),
    ...(recordClassesAt && { stopWithin: STOP_WITHIN_MS }),
    ...(onDied && { onDied }),
  })
  return { process, brokers: [`127.0.0.1:${port}`] }
}

function settings(options: { port: number; controllerPort: number; folder: string }): string {
  const { port, controllerPort, folder } = options
  return Object.entries({
    ...brokerSettings,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(folder, 'log'),
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** Part of the line that a node writes once it serves. */
export const kafkaReadyLine = 'Kafka Server started'

/** The stack's settings of its one node, wherever it listens. */
export const brokerSettings = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'num.partitions': 2,
  'auto.create.topics.enable': false,
  // One node holds everything.
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  // A first consumer joins at once; short sessions let tests see a take-over soon.
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  // A killed broker is known again sooner after its restart.
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 500,
  // Deleted topics leave the disk soon.
  'log.segment.delete.delay.ms': 1000,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
}
