import { setTimeout as wait } from 'node:timers/promises'
import { type FrameAttributes, MalformedFrameError, parseFrameHeaders } from '@sightline/contracts/frames'
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs'
import type { KafkaConnection } from './connection.ts'

/** A frame as it was read. */
export interface ReceivedFrame {
  partition: number
  offset: bigint
  /** When the broker took it, by the broker's clock: what its age is counted from. */
  appendedAt: Date
  attributes: FrameAttributes
  /** A slice of everything that was fetched with it: whoever keeps it beyond the call makes a copy. */
  jpeg: Buffer
}

/** What was read of one partition at once, in order. */
export interface FrameBatch {
  partition: number
  frames: ReceivedFrame[]
  /** Messages that are no frames: skipped, finished, counted. */
  malformed: { offset: bigint; fault: string }[]
  /** The offset behind the batch: what to commit when all of it is finished. */
  nextOffset: bigint
}

/** What `consumeFrames` calls. None of these may wait: heartbeats stand still meanwhile. */
export interface FrameHandler {
  /** Partitions that are this consumer's from now on, before anything of them is delivered. */
  onAssigned(partitions: number[]): void
  /** Partitions that are another's now: state, mailboxes and results on their way are to be dropped. */
  onRevoked(partitions: number[]): void
  onBatch(batch: FrameBatch): void
}

/** How a group's membership is kept. */
export interface GroupSession {
  /** A member that is silent for this long has lost its partitions, ms; heartbeats come four times as often. */
  timeoutMs: number
}

/** A member of a group that reads frames. */
export interface FrameConsumer {
  /** False from a crash until the group is joined again: readiness. */
  isReady(): boolean
  /** The partitions that are this consumer's now, ascending. */
  assigned(): number[]
  /**
   * Commits that everything before `nextOffset` is finished. False when nothing was committed, because the
   * partition is not (or no longer) this consumer's or the broker refused or can't be reached: commit again later.
   */
  commit(partition: number, nextOffset: bigint): Promise<boolean>
  /** Messages read since the start. */
  counts(): { frames: number; malformed: number }
  /** Leaves the group; nothing is delivered afterwards. */
  close(): Promise<void>
}

/**
 * Reads the frames topic as a member of a group, from the last commit, a new group from the beginning. Within
 * one assignment each offset is delivered once, also when others join or leave; after a crash of the client
 * everything counts as revoked and a new member is made, for as long as it takes.
 * @param options.topic `topicNames(prefix).frames`; it has to exist
 */
export async function consumeFrames(options: {
  kafka: KafkaConnection
  topic: string
  groupId: string
  session: GroupSession
  handler: FrameHandler
}): Promise<FrameConsumer> {
  const { kafka, topic, groupId, session, handler } = options
  const closing = new AbortController()
  const counts = { frames: 0, malformed: 0 }
  /** What comes next by partition that is ours; what is absent is not ours. */
  const delivered = new Map<number, bigint>()
  let member: Member | undefined
  let ready = false

  function assign(next: number[]): void {
    const lost = [...delivered.keys()].filter(partition => !next.includes(partition))
    const gained = next.filter(partition => !delivered.has(partition))
    for (const partition of lost) delivered.delete(partition)
    for (const partition of gained) delivered.set(partition, -1n)
    if (lost.length > 0) handler.onRevoked(lost)
    if (gained.length > 0) handler.onAssigned(gained)
  }

  function receive({ batch }: EachBatchPayload): void {
    let next = delivered.get(batch.partition)
    if (next === undefined) return
    // A broker that lost its end counts anew; otherwise a join makes the client read again from the last commit.
    if (next > BigInt(batch.highWatermark)) next = -1n
    const read: FrameBatch = { partition: batch.partition, frames: [], malformed: [], nextOffset: next }
    for (const message of batch.messages) {
      const offset = BigInt(message.offset)
      if (offset < next) continue
      read.nextOffset = offset + 1n
      try {
        const attributes = parseFrameHeaders(message.headers ?? {}, message.key)
        const appendedAt = new Date(Number(message.timestamp))
        if (!message.value?.length) throw new MalformedFrameError('there is no picture')
        read.frames.push({ partition: batch.partition, offset, appendedAt, attributes, jpeg: message.value })
      } catch (error) {
        if (!(error instanceof MalformedFrameError)) throw error
        read.malformed.push({ offset, fault: error.message })
      }
    }
    delivered.set(batch.partition, read.nextOffset)
    kafka.outages.wentThrough()
    counts.frames += read.frames.length
    counts.malformed += read.malformed.length
    for (const { offset, fault } of read.malformed)
      kafka.logger.warn(
        { partition: batch.partition, offset: String(offset), fault },
        'malformed frame skipped',
      )
    if (read.frames.length + read.malformed.length > 0) handler.onBatch(read)
  }

  function joined(consumer: Consumer, event: ConsumerGroupJoinEvent): void {
    if (closing.signal.aborted) return
    const partitions = event.payload.memberAssignment[topic] ?? []
    assign([...partitions].sort((a, b) => a - b))
    // The client remembers pauses of partitions across a rebalance, also of those that come from others.
    kafka.outages.wentThrough()
    if (partitions.length > 0) consumer.resume([{ topic, partitions }])
    ready = true
  }

  /** One membership, from its join to its crash. The client's own restart is off, so that there is one way back. */
  async function live(): Promise<void> {
    const consumer = kafka.patient.consumer({
      groupId,
      sessionTimeout: session.timeoutMs,
      heartbeatInterval: Math.floor(session.timeoutMs / 4),
      rebalanceTimeout: session.timeoutMs * 2,
      // How long a broker holds a fetch of a quiet topic; a commit on the same connection waits behind it.
      maxWaitTimeInMs: Math.min(250, Math.floor(session.timeoutMs / 8)),
      maxBytesPerPartition: 4 * 1024 * 1024,
      allowAutoTopicCreation: false,
      retry: { retries: 3, initialRetryTime: 100, restartOnFailure: async () => false },
    })
    const crashed = new Promise<Error>(resolve => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error))
    })
    consumer.on(consumer.events.GROUP_JOIN, event => joined(consumer, event))
    const current: Member = { consumer, commit: undefined }
    member = current
    try {
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatch: async payload => {
          // Commits through here are tried once: the client's public way tries again after a rebalance, for a
          // partition that may be another's by then.
          current.commit = payload.commitOffsetsIfNecessary
          if (!closing.signal.aborted) receive(payload)
        },
      })
      const error = await Promise.race([crashed, ended(closing.signal)])
      if (error) kafka.outages.complain('frame consumer crashed, a new one joins', { groupId, err: error })
    } catch (error) {
      kafka.outages.complain('frame consumer could not join, trying again', { groupId, err: error })
    }
    ready = false
    member = undefined
    if (!closing.signal.aborted) assign([])
    await consumer.disconnect().catch(() => undefined)
  }

  async function liveOn(): Promise<void> {
    while (!closing.signal.aborted) {
      await live()
      await wait(500, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  const life = liveOn()
  return {
    isReady: () => ready,
    assigned: () => [...delivered.keys()].sort((a, b) => a - b),
    async commit(partition, nextOffset) {
      if (!delivered.has(partition) || !member?.commit) return false
      try {
        const partitions = [{ partition, offset: String(nextOffset) }]
        await member.commit({ topics: [{ topic, partitions }] })
        return true
      } catch (error) {
        kafka.logger.debug({ groupId, partition, err: error }, 'commit refused')
        return false
      }
    },
    counts: () => ({ ...counts }),
    async close() {
      closing.abort()
      await life
    },
  }
}

interface Member {
  consumer: Consumer
  /** Known from the first batch on; nothing can be finished before. */
  commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
}

function ended(signal: AbortSignal): Promise<undefined> {
  return new Promise(resolve => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
