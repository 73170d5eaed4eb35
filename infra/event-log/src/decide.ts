import { setTimeout as delay } from 'node:timers/promises'
import type { SightlineEvent } from '@sightline/contracts/events'
import type { Actor } from '@sightline/contracts/metadata'
import { backoff } from '@sightline/waiting/backoff'
import { v5 as uuidv5 } from 'uuid'
import { RETRY_AFTER_MS } from './connection.ts'
import { WrongExpectedRevisionError } from './errors.ts'
import type { EventLog } from './event-log.ts'
import type { EventContext, EventToAppend, Recorded } from './recorded-event.ts'

/** A refusal by the business: data, not an error. `Code` is the rejection's enum. */
export interface Rejected<Code extends string = string> {
  rejected: Code
  /** For people; it holds nothing personal and no secret. */
  message: string
}

/** Makes a refusal. */
export function rejected<Code extends string>(code: Code, message: string): Rejected<Code> {
  return { rejected: code, message }
}

/** Who commands, under which ids, and when: everything that a command's events carry beside their data. */
export interface CommandContext {
  /** Null for what belongs to no tenant. */
  tenantId: string | null
  actor: Actor
  /** A repeated command has the same id; it is what makes the repetition harmless. */
  commandId: string
  correlationId: string
  causationId: string
  /** W3C Trace Context. */
  traceparent: string
  now: Date
}

/** What became of a command. `events` are those that it made, now or when it was first carried out. */
export type CommandOutcome<Event, Code extends string = string> =
  | {
      outcome: 'accepted'
      /** Position of the command's last event; of the last event read where it made none. */
      position: bigint
      /** Revision of that event; -1 for a stream that is still absent. */
      revision: number
      events: Event[]
    }
  | { outcome: 'rejected'; code: Code; message: string }

/** A command that lost against other writers of its stream again and again. */
export class TooMuchContentionError extends Error {
  override name = 'TooMuchContentionError'
}

const MAX_ATTEMPTS = 12

/** The id of a command's event: the same whenever the same command makes the same event. */
export function eventId(commandId: string, index: number): string {
  return uuidv5(String(index), commandId)
}

/** The metadata of a command's events. */
export function eventContext(context: CommandContext): EventContext {
  const { tenantId, actor, commandId, correlationId, causationId, traceparent, now } = context
  return {
    tenantId,
    actor,
    commandId,
    correlationId,
    causationId,
    traceparent,
    occurredAt: now.toISOString(),
  }
}

/**
 * Carries out a command on one stream: reads it, answers again what the same command id answered before, folds
 * it, lets `decide` say which events follow, and appends them at the revision that was read. When somebody else
 * wrote meanwhile, all of it is done again.
 *
 * @param decide pure; given the folded state and the revision of the last event read (-1 where the stream is
 *   absent); `[]` means that it is already so
 * @param evolve pure; an event comes with its revision, position and metadata
 * @param read what of the stream the decision needs, its newest event last; all of it by default. For streams that grow
 *   for as long as they live: a repeated command is then known among these events alone
 * @param personal `erased` where the decision needs no personal texts: of a stream of thousands each would be opened
 * @param expectNew the stream is most likely absent: decides on `initial` first, without reading. A stream that
 *   does exist is then read and decided on as ever
 * @throws TooMuchContentionError, and what the log's `readStream` and `append` throw
 */
export async function executeCommand<State, Event extends SightlineEvent, Code extends string = string>(
  log: Pick<EventLog, 'readStream' | 'append' | 'lastPosition'>,
  command: {
    stream: string
    initial: State
    evolve: (state: State, event: Recorded<Event>) => State
    decide: (state: State, revision: number) => readonly Event[] | Rejected<Code>
    context: CommandContext
    expectNew?: boolean
    read?: () => Promise<Recorded<Event>[]>
    personal?: 'opened' | 'erased'
  },
): Promise<CommandOutcome<Event, Code>> {
  const { stream, initial, evolve, decide, context, expectNew = false, personal = 'opened' } = command
  // A stream holds events of its category alone: the codec refuses others.
  const readAll = async () => (await log.readStream(stream, { personal })) as unknown as Recorded<Event>[]
  const read = command.read ?? readAll
  const metadata = eventContext(context)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const unread = expectNew && attempt === 0
    const history = unread ? [] : await read()

    const made = history.filter(event => event.metadata.commandId === context.commandId)
    const lastMade = made.at(-1)
    if (lastMade) {
      const events = made.map(({ type, data }) => ({ type, data }) as Event)
      return { outcome: 'accepted', position: lastMade.position, revision: lastMade.revision, events }
    }

    const last = history.at(-1)
    const revision = last?.revision ?? -1
    const decision = decide(history.reduce(evolve, initial), revision)
    if ('rejected' in decision) {
      // Refused on what was only assumed: the stream may say otherwise.
      if (unread) continue
      return { outcome: 'rejected', code: decision.rejected, message: decision.message }
    }
    if (decision.length === 0) {
      if (unread) continue
      const position = last?.position ?? (await log.lastPosition())
      return { outcome: 'accepted', position, revision, events: [] }
    }

    const events = decision.map(
      (event, index) => ({ ...event, id: eventId(context.commandId, index), metadata }) as EventToAppend,
    )
    try {
      const appended = await log.append(stream, last ? revision : 'no_stream', events)
      return { outcome: 'accepted', ...appended, events: [...decision] }
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError)) throw error
      // Others are at it too: whoever waits a moment longer meets them less.
      if (attempt > 1) await delay(backoff(attempt - 2, RETRY_AFTER_MS))
    }
  }
  throw new TooMuchContentionError(`${stream} changed ${MAX_ATTEMPTS} times while a command was decided`)
}
