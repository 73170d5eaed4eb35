import { randomUUID } from 'node:crypto'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { RecordedEvent } from '../log/events.ts'
import { openReading, type Reading } from '../log/reading.ts'
import { type EventFilter, matches } from '../subscriptions/filter.ts'
import {
  type SubscriptionMessage,
  type SubscriptionSource,
  subscribe,
} from '../subscriptions/subscription.ts'
import type { WakeUps } from '../subscriptions/wake-ups.ts'
import { type CallError, callErrorOf, unavailable } from './errors.ts'
import { encodeEvent } from './event-encoding.ts'
import {
  caughtUpMessage,
  checkpointMessage,
  clampedInteger,
  confirmationMessage,
  InvalidRequestError,
  NotImplementedError,
  streamName,
  streamNotFoundMessage,
  type UuidFormat,
} from './messages.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'

type ReadCall = ServerWritableStream<ReadReq, Uint8Array>
type ReadOptions = ReadReq.Options

const { Options } = streams.ReadReq
const defaultWindow = 32

/**
 * Serves `Read`: finite reads and subscriptions, whose answers leave it as bytes.
 * `endAll` ends the open ones, for a server that shuts down.
 */
export function createReadHandler(log: EventLog, wakeUps: WakeUps) {
  const open = new Set<(error: CallError) => void>()

  function read(call: ReadCall): void {
    const failWith = (error: CallError): void => {
      open.delete(failWith)
      call.emit('error', error)
    }
    open.add(failWith)
    call.once('close', () => open.delete(failWith))
    serve(call).then(
      completed => {
        if (completed) call.end()
        open.delete(failWith)
      },
      error => failWith(callErrorOf(error)),
    )
  }

  async function serve(call: ReadCall): Promise<boolean> {
    const options = call.request.getOptions()
    if (!options) throw new InvalidRequestError('a read needs options')
    const format: UuidFormat = options.getUuidOption()?.hasStructured() ? 'structured' : 'string'
    const outgoing = createOutgoing(call)
    if (options.hasSubscription())
      return serveSubscription(call, subscriptionSource(options), outgoing, format)
    return serveReading(options, outgoing, format)
  }

  async function serveReading(options: ReadOptions, outgoing: Outgoing, format: UuidFormat) {
    const reading = readingOf(options)
    if (!reading) {
      const name = streamName(options.getStream()?.getStreamIdentifier())
      return outgoing.send(streamNotFoundMessage(name).serializeBinary())
    }
    for (;;) {
      const page = reading.next()
      if (page === undefined) return true
      for (const event of page) if (!(await sendEvent(event, outgoing, format))) return false
      // Other calls get their turn between two pages.
      await new Promise(setImmediate)
    }
  }

  function readingOf(options: ReadOptions): Reading | undefined {
    const direction =
      options.getReadDirection() === Options.ReadDirection.BACKWARDS ? 'backwards' : 'forwards'
    const limit = clampedInteger(options.getCount())
    const stream = options.getStream()
    if (!stream)
      return openReading(log, {
        of: 'all',
        from: allPlace(options),
        direction,
        limit,
        accepts: acceptedBy(filterOf(options)),
      })
    const name = streamName(stream.getStreamIdentifier())
    if (log.streamRevision(name) === undefined) return undefined
    return openReading(log, { of: 'stream', stream: name, from: streamPlace(options), direction, limit })
  }

  async function serveSubscription(
    call: ReadCall,
    source: SubscriptionSource,
    outgoing: Outgoing,
    format: UuidFormat,
  ): Promise<boolean> {
    const subscription = subscribe(log, wakeUps, source)
    for (const end of ['cancelled', 'close', 'error']) call.once(end, () => subscription.close())
    if (call.cancelled) subscription.close()
    await outgoing.send(confirmationMessage(randomUUID()).serializeBinary())
    for (;;) {
      const messages = await subscription.next()
      if (messages === undefined) return false
      for (const message of messages) {
        const sent = sendMessage(message, outgoing, format)
        if (sent === false || (sent !== true && !(await sent))) return false
      }
    }
  }

  return {
    read,
    endAll() {
      for (const failWith of [...open]) failWith(unavailable())
    },
  }
}

function sendMessage(message: SubscriptionMessage, outgoing: Outgoing, format: UuidFormat) {
  switch (message.message) {
    case 'event':
      return sendEvent(message.event, outgoing, format)
    case 'checkpoint':
      return outgoing.send(checkpointMessage(message.position).serializeBinary())
    case 'caught up':
      return outgoing.send(caughtUpMessage().serializeBinary())
  }
}

function sendEvent(event: RecordedEvent, outgoing: Outgoing, format: UuidFormat) {
  return outgoing.send(encodeEvent(event, format))
}

function streamPlace(options: ReadOptions): number | 'start' | 'end' {
  const stream = options.getStream()
  if (stream?.hasEnd()) return 'end'
  return stream?.hasRevision() ? clampedInteger(stream.getRevision()) : 'start'
}

function allPlace(options: ReadOptions): number | 'start' | 'end' {
  const all = options.getAll()
  if (!all) throw new InvalidRequestError('a read names a stream or $all')
  if (all.hasEnd()) return 'end'
  const position = all.getPosition()
  return position ? clampedInteger(position.getCommitPosition()) : 'start'
}

function subscriptionSource(options: ReadOptions): SubscriptionSource {
  if (options.getReadDirection() === Options.ReadDirection.BACKWARDS) {
    throw new InvalidRequestError('a subscription goes forwards')
  }
  const stream = options.getStream()
  const place = stream ? streamPlace(options) : allPlace(options)
  const after = place === 'start' ? -1 : place
  if (stream) return { of: 'stream', stream: streamName(stream.getStreamIdentifier()), after }
  const filter = filterOf(options)
  if (!filter) return { of: 'all', after }
  const filterOptions = options.getFilter()!
  const window = filterOptions.hasMax() ? filterOptions.getMax() : defaultWindow
  const checkpointEvery = window * filterOptions.getCheckpointintervalmultiplier()
  if (checkpointEvery < 1) throw new InvalidRequestError('the checkpoint interval must be positive')
  return { of: 'all', after, filter, checkpointEvery }
}

function filterOf(options: ReadOptions): EventFilter | undefined {
  const filter = options.getFilter()
  if (!filter) return undefined
  const expression = filter.getEventType() ?? filter.getStreamIdentifier()
  if (!expression) throw new NotImplementedError('a filter is on the event type or the stream name')
  const on = filter.hasEventType() ? 'type' : 'stream'
  const prefixes = expression.getPrefixList()
  if (prefixes.length > 0) return { on, match: { prefixes } }
  try {
    return { on, match: { regex: new RegExp(expression.getRegex()) } }
  } catch {
    throw new InvalidRequestError(`${JSON.stringify(expression.getRegex())} is no regular expression`)
  }
}

function acceptedBy(filter: EventFilter | undefined): ((event: RecordedEvent) => boolean) | undefined {
  return filter && (event => matches(filter, event))
}
