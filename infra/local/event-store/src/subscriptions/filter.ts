import type { EventHeader } from '../log/events.ts'

/** Which events of `$all` a reader wants: by event type or stream name, by any of the prefixes or a regular expression. */
export type EventFilter = {
  on: 'type' | 'stream'
  match: { prefixes: readonly string[] } | { regex: RegExp }
}

/** Whether the filter lets the event through. */
export function matches({ on, match }: EventFilter, header: EventHeader): boolean {
  const subject = on === 'type' ? header.type : header.stream
  return 'regex' in match
    ? match.regex.test(subject)
    : match.prefixes.some(prefix => subject.startsWith(prefix))
}

const leadingFlags = /^\(\?([ims]+)\)/

/**
 * An expression as clients of EventStoreDB write them: .NET's flags at the start (`(?i)`) and `\p{…}` are understood,
 * the rest is JavaScript's.
 *
 * @throws SyntaxError
 */
export function regularExpression(source: string): RegExp {
  const [flagged = '', flags = ''] = leadingFlags.exec(source) ?? []
  const unicode = /\\p\{/i.test(source) ? 'u' : ''
  return new RegExp(source.slice(flagged.length), [...new Set(flags + unicode)].join(''))
}
