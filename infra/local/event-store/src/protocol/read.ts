import { randomUUID } from 'node:crypto'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { RecordedEvent } from '../log/events.ts'
import { resolveLink } from '../log/links.ts'
import { openReading, type ReadingRange } from '../log/reading.ts'
import {
  type SubscriptionMessage,
  type SubscriptionSource,
  subscribe,
} from '../subscriptions/subscription.ts'
import type { WakeUps } from '../subscriptions/wake-ups.ts'
import { type CallError, callErrorOf, StreamDeletedError, unavailable } from './errors.ts'
import { encodeEvent, encodeResolvedLink } from './event-encoding.ts'
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  InvalidRequestError,
  streamNotFoundMessage,
  type UuidFormat,
} from './messages.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { readingRange, subscriptionSource } from './read-request.ts'

type ReadCall = ServerWritableStream<ReadReq, Uint8Array>
/** Writes an event as the reader wants it. */
type Encode = (event: RecordedEvent) => Uint8Array

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
    const encode = encoding(options)
    const outgoing = createOutgoing(call)
    if (options.hasSubscription()) {
      return serveSubscription(call, subscriptionSource(options), outgoing, encode)
    }
    return serveReading(readingRange(options), outgoing, encode)
  }

  function encoding(options: ReadReq.Options): Encode {
    const format: UuidFormat = options.getUuidOption()?.hasStructured() ? 'structured' : 'string'
    if (!options.getResolveLinks()) return event => encodeEvent(event, format)
    return event => {
      const link = resolveLink(log, event)
      return link ? encodeResolvedLink(link, format) : encodeEvent(event, format)
    }
  }

  async function serveReading(range: ReadingRange, outgoing: Outgoing, encode: Encode): Promise<boolean> {
    const reading = openReading(log, range)
    if (reading.state !== 'open') {
      const stream = nameOf(range)
      if (reading.state === 'deleted') throw new StreamDeletedError(stream)
      return outgoing.send(streamNotFoundMessage(stream).serializeBinary())
    }
    for (;;) {
      const page = reading.next()
      if (page === undefined) return true
      for (const event of page) {
        const sent = outgoing.send(encode(event))
        if (sent === false || (sent !== true && !(await sent))) return false
      }
      // Other calls get their turn between two pages.
      await new Promise(setImmediate)
    }
  }

  async function serveSubscription(
    call: ReadCall,
    source: SubscriptionSource,
    outgoing: Outgoing,
    encode: Encode,
  ): Promise<boolean> {
    const subscription = subscribe(log, wakeUps, source)
    for (const end of ['cancelled', 'close', 'error']) call.once(end, () => subscription.close())
    if (call.cancelled) subscription.close()
    await outgoing.send(confirmationMessage(randomUUID()).serializeBinary())
    for (;;) {
      const messages = await subscription.next()
      if (messages === undefined) return false
      for (const message of messages) {
        if (message.message === 'stream deleted') throw new StreamDeletedError(nameOf(source))
        const sent = outgoing.send(bytesOf(message, encode))
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

function nameOf(asked: SubscriptionSource | ReadingRange): string {
  return asked.of === 'stream' ? asked.stream : '$all'
}

function bytesOf(
  message: Exclude<SubscriptionMessage, { message: 'stream deleted' }>,
  encode: Encode,
): Uint8Array {
  switch (message.message) {
    case 'event':
      return encode(message.event)
    case 'checkpoint':
      return checkpointMessage(message.position).serializeBinary()
    case 'caught up':
      return caughtUpMessage().serializeBinary()
  }
}
