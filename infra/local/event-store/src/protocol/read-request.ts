import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { EventHeader } from '../log/events.ts'
import type { ReadingPlace, ReadingRange } from '../log/reading.ts'
import { type EventFilter, matches, regularExpression } from '../subscriptions/filter.ts'
import type { SubscriptionSource } from '../subscriptions/subscription.ts'
import { clampedInteger, InvalidRequestError, streamName } from './messages.ts'

type ReadOptions = ReadReq.Options

const { Options } = streams.ReadReq
const defaultWindow = 32

/** What a finite read asks for. @throws InvalidRequestError */
export function readingRange(options: ReadOptions): ReadingRange {
  const direction = options.getReadDirection() === Options.ReadDirection.BACKWARDS ? 'backwards' : 'forwards'
  const limit = clampedInteger(options.getCount())
  const filter = filterOf(options)
  const stream = options.getStream()
  if (!stream) {
    const accepts = filter && ((header: EventHeader) => matches(filter, header))
    return { of: 'all', from: allPlace(options), direction, limit, accepts }
  }
  if (filter) throw new InvalidRequestError('only $all is read with a filter')
  const name = streamName(stream.getStreamIdentifier())
  return { of: 'stream', stream: name, from: streamPlace(options), direction, limit }
}

/** What a subscription asks for. @throws InvalidRequestError */
export function subscriptionSource(options: ReadOptions): SubscriptionSource {
  if (options.getReadDirection() === Options.ReadDirection.BACKWARDS) {
    throw new InvalidRequestError('a subscription goes forwards')
  }
  const stream = options.getStream()
  const filter = filterOf(options)
  if (stream && filter) throw new InvalidRequestError('only $all is subscribed to with a filter')
  const place = stream ? streamPlace(options) : allPlace(options)
  const after = place === 'start' ? -1 : place
  if (stream) return { of: 'stream', stream: streamName(stream.getStreamIdentifier()), after }
  if (!filter) return { of: 'all', after }
  const filterOptions = options.getFilter()!
  const window = filterOptions.hasMax() ? filterOptions.getMax() : defaultWindow
  const checkpointEvery = window * filterOptions.getCheckpointintervalmultiplier()
  if (checkpointEvery < 1) throw new InvalidRequestError('the checkpoint interval must be positive')
  return { of: 'all', after, filter, checkpointEvery }
}

function streamPlace(options: ReadOptions): ReadingPlace {
  const stream = options.getStream()
  if (stream?.hasEnd()) return 'end'
  return stream?.hasRevision() ? clampedInteger(stream.getRevision()) : 'start'
}

function allPlace(options: ReadOptions): ReadingPlace {
  const all = options.getAll()
  if (!all) throw new InvalidRequestError('a read names a stream or $all')
  if (all.hasEnd()) return 'end'
  const position = all.getPosition()
  return position ? clampedInteger(position.getCommitPosition()) : 'start'
}

function filterOf(options: ReadOptions): EventFilter | undefined {
  const filter = options.getFilter()
  if (!filter) return undefined
  const expression = filter.getEventType() ?? filter.getStreamIdentifier()
  if (!expression) throw new InvalidRequestError('a filter is on the event type or the stream name')
  const on = filter.hasEventType() ? 'type' : 'stream'
  const regex = expression.getRegex()
  if (regex === '') return { on, match: { prefixes: expression.getPrefixList() } }
  try {
    return { on, match: { regex: regularExpression(regex) } }
  } catch {
    throw new InvalidRequestError(`${JSON.stringify(regex)} is no regular expression`)
  }
}
