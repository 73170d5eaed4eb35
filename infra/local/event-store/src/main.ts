import { parseArgs } from 'node:util'
import { type EventStoreLogger, startEventStore } from './server.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    memory: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    advertise: { type: 'string' },
  },
})
const file = values.memory ? ':memory:' : values.file
const port = Number(values.port)
const advertised = values.advertise === undefined ? undefined : endpointOf(values.advertise)
if (file === undefined || !isPort(port) || (advertised && !isPort(advertised.port))) {
  process.stderr.write(`usage: node main.ts --file <file> | --memory [--port <port, 0 for a free one>] [--host <address>]
  [--advertise <address:port, where clients reach it if that is not where it listens>]
`)
  process.exit(2)
}

/** Lines of JSON on the standard error: the standard output has the ready line alone. */
const logger: EventStoreLogger = {
  warn(fields, message) {
    const line = { level: 'warn', time: new Date().toISOString(), ...fields, message }
    process.stderr.write(`${JSON.stringify(line)}\n`)
  },
}

try {
  const store = await startEventStore({
    file,
    port,
    host: values.host,
    logger,
    ...(advertised && { advertised }),
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      store.close().then(() => process.exit(0))
    })
  }
  process.stdout.write(`${JSON.stringify({ listening: store.port })}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535
}

function endpointOf(text: string): { address: string; port: number } {
  const colon = text.lastIndexOf(':')
  return { address: text.slice(0, colon), port: Number(text.slice(colon + 1) || Number.NaN) }
}
