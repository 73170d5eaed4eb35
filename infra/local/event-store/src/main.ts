import { parseArgs } from 'node:util'
import { startEventStore } from './server.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
  },
})
const port = Number(values.port)
if (values.file === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(
    'usage: node main.ts --file <file> [--port <port, 0 for a free one>] [--host <address>]\n',
  )
  process.exit(2)
}

try {
  const store = await startEventStore({ file: values.file, port, host: values.host })
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
