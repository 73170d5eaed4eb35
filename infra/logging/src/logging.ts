import pino from 'pino'
import { redactFields, redactText } from './redaction.ts'

/** Writes one line: fields and a static sentence. */
export interface LogLine {
  (fields: object, sentence: string): void
  (sentence: string): void
}

/** A logger of JSON lines from which secrets and personal data are taken out. */
export interface Logger {
  debug: LogLine
  info: LogLine
  warn: LogLine
  error: LogLine
  fatal: LogLine
  /** A logger that adds `fields` to each line. */
  child(fields: object): Logger
}

/** From which level on lines are written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * The one logger of the product. Each line is a JSON object with `time` (RFC 3339), `level`, `service`, the
 * fields and `msg`. Values under keys such as `name`, `address`, `token` or `vector` are replaced, and
 * addresses with passwords, query strings and tokens are masked in every text, errors and their stacks included.
 *
 * @param name the service that writes, the line's `service`
 * @param destination a file descriptor (1, the default, is stdout; 2 is stderr where stdout is a protocol) or
 *   whatever has a `write(line)`
 */
export function createLogger(options: {
  name: string
  level?: LogLevel
  destination?: 1 | 2 | { write(line: string): void }
}): Logger {
  const { name, level = 'info', destination = 1 } = options
  const lines = pino(
    {
      level,
      base: { service: name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are plain objects by then; pino's own serializer would read them once more.
      serializers: { err: error => error },
      formatters: {
        level: label => ({ level: label }),
        log: fields => redactFields(fields),
      },
      hooks: {
        // The sentence too: it is the error's message where an error is logged without one.
        logMethod(args, method) {
          const [first, second] = args as unknown[]
          if (first instanceof Error && second === undefined) {
            method.apply(this, [{ err: first }, redactText(first.message)])
          } else {
            const line = args.map(part => (typeof part === 'string' ? redactText(part) : part))
            method.apply(this, line as Parameters<typeof method>)
          }
        },
      },
    },
    typeof destination === 'number' ? pino.destination({ dest: destination, sync: true }) : destination,
  )
  return wrap(lines)
}

/** Pino's formatters don't see what a child is given, so it is redacted before. */
function wrap(lines: pino.Logger): Logger {
  return {
    debug: lines.debug.bind(lines),
    info: lines.info.bind(lines),
    warn: lines.warn.bind(lines),
    error: lines.error.bind(lines),
    fatal: lines.fatal.bind(lines),
    child: fields => wrap(lines.child(redactFields(fields))),
  }
}
