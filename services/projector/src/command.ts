import { parseArgs } from 'node:util'
import { createLogger } from '@sightline/logging/logging'
import { allTables } from '@sightline/projections/all'
import { connect } from './connecting.ts'
import { readEnvironment } from './environment.ts'
import { rebuild } from './rebuilding.ts'
import { readStatus } from './status.ts'

const HELP = `Looks at the read models and computes them anew. It takes the projector's environment.

  npm run projections -- status     how far the rows are, and of which log
  npm run projections -- rebuild    empties the schema read and computes all rows from the log;
                                    the projector must be stopped, readers see the rows come back
`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h', default: false } },
})
const [command] = positionals
if (values.help || (command !== 'status' && command !== 'rebuild') || positionals.length > 1) {
  const asked = values.help || positionals.length === 0
  ;(asked ? process.stdout : process.stderr).write(HELP)
  process.exit(asked ? 0 : 2)
}

/** Answers go to the standard output, the log to the standard error. */
const say = (line: string) => process.stdout.write(`${line}\n`)
const logger = createLogger({ name: 'projections', level: 'warn', destination: 2 })

try {
  await using connections = await connect(readEnvironment(), logger)
  const { database, eventLog } = connections
  if (command === 'rebuild') {
    const end = await eventLog.lastPosition()
    const startedAt = performance.now()
    const done = await rebuild({
      eventLog,
      database,
      logger,
      onProgress: ({ events, position }) => say(`${events} events, position ${position} of ${end}`),
    })
    const seconds = (performance.now() - startedAt) / 1000
    say(`rebuilt from ${done.events} events in ${seconds.toFixed(1)} s, up to position ${done.position}`)
  } else {
    const status = await readStatus(database, eventLog)
    say(`log        ${status.logId}, ends at position ${status.end}`)
    say(`rows       ${status.rows}`)
    say(`projector  ${status.projectorRuns ? 'runs' : 'does not run'}`)
    say(`tables     ${allTables.map(table => table.sqlName).join(', ')}`)
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
