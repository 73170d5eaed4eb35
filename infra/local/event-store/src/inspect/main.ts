import { parseArgs } from 'node:util'
import { openToLookAt } from '../log/database.ts'
import { type RecordedEvent, tombstoneRevision } from '../log/events.ts'
import { eventsOf, streamsOf } from './looking.ts'
import { verify } from './verifying.ts'

const HELP = `Looks at the file of a local event store, while no server runs on it. Nothing is changed.

  npm run event-store -- streams --file <file>         the streams, their last revisions and how many events each has
  npm run event-store -- show <stream> --file <file>   the events of a stream, or of $all
        --from <n>    from this revision, or position of $all
        --limit <n>   at most so many
  npm run event-store -- verify --file <file>          reads all of it: structure, checksums, revisions, positions

  --json   JSON for machines, a line a stream or event
  --help   this text

It ends with 0; with 1 if the file is faulty, in use, or has no such stream; with 2 if it was called wrongly.
`

class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Command =
  | { command: 'streams' | 'verify' }
  | { command: 'show'; stream: string; from: number; limit: number }

// Whoever reads no further (as head) has what he wanted.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
})

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function parsed(): { asked: Command; file: string; json: boolean } | 'help' {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      from: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help || process.argv.length === 2) return 'help'
  const [command, stream, ...more] = positionals
  if (more.length > 0) throw new UsageError(`unexpected: ${more.join(' ')}`)
  if (values.file === undefined) throw new UsageError('--file is missing')
  const { file, json } = values
  if (command === 'show') {
    if (stream === undefined) throw new UsageError('show needs the name of a stream')
    const from = count('--from', values.from, 0)
    return {
      asked: { command, stream, from, limit: count('--limit', values.limit, Number.MAX_SAFE_INTEGER) },
      file,
      json,
    }
  }
  if (command !== 'streams' && command !== 'verify')
    throw new UsageError(`there is no command ${command ?? ''}`)
  if (stream !== undefined) throw new UsageError(`unexpected: ${stream}`)
  return { asked: { command }, file, json }
}

function count(option: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`${option} takes a number from 0, not ${value}`)
  return Number(value)
}

/** Gives whether all was well. */
function run(asked: Command, file: string, json: boolean): boolean {
  const looked = openToLookAt(file)
  try {
    switch (asked.command) {
      case 'streams':
        for (const stream of streamsOf(looked)) {
          say(
            json
              ? JSON.stringify(stream)
              : `${String(stream.events).padStart(9)}  ${lastOf(stream.revision)}  ${stream.stream}`,
          )
        }
        return true
      case 'show': {
        const events = eventsOf(looked, asked.stream, asked)
        if (!events) {
          process.stderr.write(`there is no stream ${asked.stream}\n`)
          return false
        }
        for (const event of events) say(json ? JSON.stringify(jsonOf(event)) : textOf(event))
        return true
      }
      case 'verify': {
        const found = verify(looked)
        const { version, streams, events, checksums, faults } = found
        if (json) say(JSON.stringify(found))
        else {
          for (const fault of faults) say(fault)
          const compared = checksums === events ? 'all with their checksums' : `${checksums} with a checksum`
          say(
            `version ${version}: ${streams} streams, ${events} events (${compared}), ${faults.length === 0 ? 'no fault' : `${faults.length} faults`}`,
          )
        }
        return faults.length === 0
      }
    }
  } finally {
    looked.database.close()
  }
}

function lastOf(revision: number): string {
  if (revision === tombstoneRevision) return ' deleted'
  return (revision < 0 ? '-' : String(revision)).padStart(8)
}

function textOf(event: RecordedEvent): string {
  const { stream, revision, position, type, id, created } = event
  const head = `${stream}@${revision}  position ${position}  ${new Date(created).toISOString()}  ${type}  ${id}`
  const metadata = event.metadata.length > 0 ? `\n  metadata  ${textOfBytes(event.metadata)}` : ''
  return `${head}${metadata}\n  data      ${event.isJson ? textOfBytes(event.data) : `${event.data.length} bytes`}`
}

function jsonOf(event: RecordedEvent) {
  const { stream, revision, position, type, id, isJson } = event
  return {
    stream,
    revision,
    position,
    created: new Date(event.created).toISOString(),
    type,
    id,
    isJson,
    metadata: textOfBytes(event.metadata),
    data: isJson ? textOfBytes(event.data) : Buffer.from(event.data).toString('base64'),
  }
}

function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

try {
  const line = parsed()
  if (line === 'help') say(HELP.trimEnd())
  else if (!run(line.asked, line.file, line.json)) process.exitCode = 1
} catch (error) {
  const wrong =
    error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${wrong ? `\n${HELP}` : ''}`,
  )
  process.exitCode = wrong ? 2 : 1
}
