import type { EventLog } from './event-log.ts'
import type { RecordedEvent } from './events.ts'
import { systemType } from './system-streams.ts'

/** What a link stands for: `event` is missing where the target is gone or never was. */
export type ResolvedLink = { link: RecordedEvent; event: RecordedEvent | undefined }

const linkText = /^(\d+)(@(.+))?$/s

/**
 * The event that a link names (`<revision>@<stream>`), as far as readers of that stream are shown it. Undefined for
 * what is no link, and for one whose text says no revision: both are read as the events that they are.
 */
export function resolveLink(log: EventLog, link: RecordedEvent): ResolvedLink | undefined {
  if (link.type !== systemType.link) return undefined
  const parts = linkText.exec(Buffer.from(link.data).toString('utf8'))
  if (!parts) return undefined
  const [, revision, , stream] = parts
  return { link, event: stream === undefined ? undefined : shownEvent(log, stream, Number(revision)) }
}

function shownEvent(log: EventLog, stream: string, revision: number): RecordedEvent | undefined {
  const state = log.streamState(stream)
  if (state.state !== 'readable' || revision < state.first || revision > state.last) return undefined
  return log.readStream(stream, { from: revision, to: revision, direction: 'forwards' })[0]
}
