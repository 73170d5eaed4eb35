import type { AgentEvent, AgentStatus } from '@sightline/contracts/agents'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test, vi } from 'vitest'
import { type CommandContext, eventId, executeCommand, rejected, TooMuchContentionError } from './decide.ts'
import type { EventLog } from './event-log.ts'
import type { Recorded } from './recorded-event.ts'
import { agentStatusEvent, agentStream, commandBy, startTestLog } from './test-log.ts'

// The disk of a busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const tenantId = uuidv7()

/** The statuses that an agent went through, one for each event. */
type Statuses = AgentStatus[]

/** Appends one more status, at most `most` of them. */
function addStatus(
  log: Pick<EventLog, 'readStream' | 'append' | 'lastPosition'>,
  stream: string,
  context: CommandContext,
  given: { most?: number; expectNew?: boolean; seen?: number[] } = {},
) {
  const { most = Number.POSITIVE_INFINITY, expectNew = false, seen = [] } = given
  return executeCommand<Statuses, AgentEvent, 'ENOUGH'>(log, {
    stream,
    context,
    expectNew,
    initial: [],
    evolve: (statuses, event) =>
      event.type === 'AgentStatusChanged' ? [...statuses, event.data.status] : statuses,
    decide(statuses, revision) {
      seen.push(revision)
      expect(revision, 'what is decided on was folded to its revision').toBe(statuses.length - 1)
      if (statuses.length >= most) return rejected('ENOUGH', 'there are enough')
      return [{ type: 'AgentStatusChanged', data: { status: 'ONLINE' } }]
    },
  })
}

test('a command appends what was decided, with ids, time and actor of its context', async () => {
  await using given = await startTestLog()
  const stream = agentStream(tenantId)
  const context = commandBy(tenantId)
  const outcome = await addStatus(given.log, stream, context)
  const [event] = await given.log.readStream(stream)
  expect(outcome).toEqual({
    outcome: 'accepted',
    revision: 0,
    position: event!.position,
    events: [{ type: 'AgentStatusChanged', data: { status: 'ONLINE' } }],
  })
  expect(event).toMatchObject({
    id: eventId(context.commandId, 0),
    metadata: {
      tenantId,
      actor: context.actor,
      commandId: context.commandId,
      occurredAt: '2026-01-31T12:00:00.000Z',
      schemaVersion: 1,
    },
  })
})

test('a refusal is data and appends nothing', async () => {
  await using given = await startTestLog()
  const stream = agentStream(tenantId)
  const outcome = await addStatus(given.log, stream, commandBy(tenantId), { most: 0 })
  expect(outcome).toEqual({ outcome: 'rejected', code: 'ENOUGH', message: 'there are enough' })
  expect(await given.log.readStream(stream)).toEqual([])
})

test('a command can be decided on the newest event alone, at its revision', async () => {
  await using given = await startTestLog()
  const stream = agentStream(tenantId)
  for (let before = 0; before < 3; before++) await addStatus(given.log, stream, commandBy(tenantId))
  let read = 0
  const tell = (context: CommandContext) =>
    executeCommand<AgentStatus | undefined, AgentEvent>(given.log, {
      stream,
      context,
      initial: undefined,
      evolve: (_before, event) => (event.type === 'AgentStatusChanged' ? event.data.status : undefined),
      async read() {
        const newest = await given.log.readStream(stream, { direction: 'backwards', maxCount: 1 })
        // Somebody else writes in between: it is decided again, on what they wrote.
        if (read++ === 0) await addStatus(given.log, stream, commandBy(tenantId))
        return newest as Recorded<AgentEvent>[]
      },
      decide(status, revision) {
        expect([status, revision]).toEqual(['ONLINE', read + 1])
        return [{ type: 'AgentStatusChanged', data: { status: 'IDLE' } }]
      },
    })
  const context = commandBy(tenantId)
  const told = await tell(context)
  expect(told).toMatchObject({ outcome: 'accepted', revision: 4 })
  expect(read).toBe(2)
  expect(await tell(context), 'it is the newest still').toEqual(told)
})

describe('a command sent again', () => {
  test('answers the same success and position, whatever happened since, and is not decided again', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const context = commandBy(tenantId)
    const first = await addStatus(given.log, stream, context, { most: 1 })
    await addStatus(given.log, stream, commandBy(tenantId))
    const seen: number[] = []
    const again = await addStatus(given.log, stream, { ...context, now: new Date() }, { most: 1, seen })
    expect(again).toEqual(first)
    expect(seen).toEqual([])
    expect(await given.log.readStream(stream)).toHaveLength(2)
  })

  test('many times at once happens once', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const context = commandBy(tenantId)
    for (const expectNew of [true, false]) {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => addStatus(given.log, stream, context, { expectNew })),
      )
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
    }
    expect(await given.log.readStream(stream)).toHaveLength(1)
  })
})

describe('commands at once', () => {
  test('each is decided on what the others wrote: none is lost, none breaks the rule', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const other = await given.open()
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        addStatus(index % 2 ? given.log : other, stream, commandBy(tenantId), { most: 5 }),
      ),
    )
    const accepted = outcomes.filter(outcome => outcome.outcome === 'accepted')
    expect(accepted).toHaveLength(5)
    expect(new Set(accepted.map(({ revision }) => revision))).toEqual(new Set([0, 1, 2, 3, 4]))
    expect(await given.log.readStream(stream)).toHaveLength(5)
  })

  test('one that always comes too late gives up', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const { log } = given
    let revision = -1
    const overtaken: typeof log = {
      ...log,
      async append(...call) {
        const expected = revision < 0 ? 'no_stream' : revision
        revision = (await log.append(stream, expected, [agentStatusEvent(tenantId)])).revision
        return log.append(...call)
      },
    }
    await expect(addStatus(overtaken, stream, commandBy(tenantId))).rejects.toThrow(TooMuchContentionError)
  }, 20_000)
})

describe('a command that decides nothing', () => {
  function decideNothing(log: EventLog, stream: string, expectNew = false) {
    return executeCommand<null, AgentEvent>(log, {
      stream,
      context: commandBy(tenantId),
      initial: null,
      evolve: () => null,
      decide: () => [],
      expectNew,
    })
  }

  test('is accepted at the last event that it read', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const { position, revision } = await given.log.append(stream, 'no_stream', [agentStatusEvent(tenantId)])
    await given.log.append(agentStream(tenantId), 'no_stream', [agentStatusEvent(tenantId)])
    for (const expectNew of [false, true]) {
      const outcome = await decideNothing(given.log, stream, expectNew)
      expect(outcome).toEqual({ outcome: 'accepted', position, revision, events: [] })
    }
  })

  test('on an absent stream is accepted at the end of the log', async () => {
    await using given = await startTestLog()
    const outcome = await decideNothing(given.log, agentStream(tenantId))
    expect(outcome).toEqual({
      outcome: 'accepted',
      position: await given.log.lastPosition(),
      revision: -1,
      events: [],
    })
  })
})

describe('expecting a new stream', () => {
  test('decides without reading', async () => {
    await using given = await startTestLog()
    const blind = { ...given.log, readStream: () => Promise.reject(new Error('was read')) }
    const outcome = await addStatus(blind, agentStream(tenantId), commandBy(tenantId), { expectNew: true })
    expect(outcome.outcome).toBe('accepted')
  })

  test('decides again on a stream that exists, refusals too', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    await given.log.append(stream, 'no_stream', [agentStatusEvent(tenantId)])
    const seen: number[] = []
    const outcome = await addStatus(given.log, stream, commandBy(tenantId), { expectNew: true, seen })
    expect(outcome).toMatchObject({ outcome: 'accepted', revision: 1 })
    expect(seen).toEqual([-1, 0])
    const refused = await addStatus(given.log, stream, commandBy(tenantId), { expectNew: true, most: 2 })
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'ENOUGH' })
  })
})

test('the ids of a command are its own and differ by index', () => {
  const [one, other] = [uuidv7(), uuidv7()]
  expect(eventId(one, 0)).toBe(eventId(one, 0))
  expect(new Set([eventId(one, 0), eventId(one, 1), eventId(other, 0)]).size).toBe(3)
})
