import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { streamName } from '@sightline/contracts/stream-names'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test, vi } from 'vitest'
import { eventContext } from './decide.ts'
import {
  AppendTooLargeError,
  EventLogClosedError,
  MalformedEventError,
  UnknownEventTypeError,
  WrongExpectedRevisionError,
} from './errors.ts'
import type { EventToAppend } from './recorded-event.ts'
import { agentStatusEvent, agentStream, commandBy, startTestLog } from './test-log.ts'

// The disk of a busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const tenantId = uuidv7()

describe('identity', () => {
  test('the first event is LogCreated, and its id is the same for whoever opens the log', async () => {
    await using given = await startTestLog()
    const other = await given.open({ create: false })
    expect(other.logId).toBe(given.log.logId)
    const [created] = await given.log.readStream('log')
    expect(created).toMatchObject({
      type: 'LogCreated',
      id: given.log.logId,
      revision: 0,
      metadata: { tenantId: null },
    })
  })

  test('instances that open a fresh log at once create it once', async () => {
    await using given = await startTestLog()
    const logs = await Promise.all(Array.from({ length: 6 }, () => given.open()))
    expect(new Set(logs.map(log => log.logId)).size).toBe(1)
    expect(await given.log.readStream('log')).toHaveLength(1)
  })

  test('opening can be given up', async () => {
    await using given = await startTestLog()
    await expect(given.open({ signal: AbortSignal.abort() })).rejects.toThrow(EventLogClosedError)
  })
})

describe('appending', () => {
  test('answers revision and position of the last event', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const first = await given.log.append(stream, 'no_stream', [
      agentStatusEvent(tenantId),
      agentStatusEvent(tenantId),
    ])
    const second = await given.log.append(stream, first.revision, [agentStatusEvent(tenantId)])
    expect([first.revision, second.revision]).toEqual([1, 2])
    const events = await given.log.readStream(stream)
    expect(events.map(event => event.position).slice(1)).toEqual([first.position, second.position])
    expect(await given.log.lastPosition()).toBe(second.position)
  })

  test('at another revision is refused, and nothing is written', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    await expect(given.log.append(stream, 0, [agentStatusEvent(tenantId)])).rejects.toThrow(
      WrongExpectedRevisionError,
    )
    await given.log.append(stream, 'no_stream', [agentStatusEvent(tenantId)])
    for (const expected of ['no_stream', 1, 7] as const) {
      const refused = given.log.append(stream, expected, [agentStatusEvent(tenantId)])
      await expect(refused).rejects.toMatchObject({ name: 'WrongExpectedRevisionError', stream, expected })
    }
    expect(await given.log.readStream(stream)).toHaveLength(1)
  })

  test('the same events at the same revision again is the same success, also when others have written since', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const events = [agentStatusEvent(tenantId), agentStatusEvent(tenantId)]
    const first = await given.log.append(stream, 'no_stream', events)
    expect(await given.log.append(stream, 'no_stream', events)).toEqual(first)
    await given.log.append(stream, 1, [agentStatusEvent(tenantId)])
    expect(await given.log.append(stream, 'no_stream', events)).toEqual(first)
    const half = [events[0]!, agentStatusEvent(tenantId)]
    await expect(given.log.append(stream, 'no_stream', half)).rejects.toThrow(WrongExpectedRevisionError)
    expect(await given.log.readStream(stream)).toHaveLength(3)
  })

  test('of writers that expect the same revision one wins', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const attempts = Array.from({ length: 20 }, () =>
      given.log.append(stream, 'no_stream', [agentStatusEvent(tenantId)]),
    )
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongExpectedRevisionError)
    }
  })

  test('more than the store takes is refused for good', async () => {
    await using given = await startTestLog()
    const events = Array.from({ length: 3_000 }, () => agentStatusEvent(tenantId))
    await expect(given.log.append(agentStream(tenantId), 'no_stream', events)).rejects.toThrow(
      AppendTooLargeError,
    )
  })

  test('a malformed event is refused before it reaches the log', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    const faulty = { ...agentStatusEvent(tenantId), data: { status: 'SLEEPY' } } as unknown as EventToAppend
    await expect(given.log.append(stream, 'no_stream', [agentStatusEvent(tenantId), faulty])).rejects.toThrow(
      MalformedEventError,
    )
    expect(await given.log.readStream(stream)).toEqual([])
  })
})

describe('reading a stream', () => {
  test('from any revision, in both directions, by count; an absent one is empty', async () => {
    await using given = await startTestLog()
    const stream = agentStream(tenantId)
    await given.log.append(
      stream,
      'no_stream',
      Array.from({ length: 10 }, () => agentStatusEvent(tenantId)),
    )
    async function revisions(options: Parameters<typeof given.log.readStream>[1]) {
      return (await given.log.readStream(stream, options)).map(event => event.revision)
    }
    expect(await revisions({ from: 7 })).toEqual([7, 8, 9])
    expect(await revisions({ from: 3, maxCount: 2 })).toEqual([3, 4])
    expect(await revisions({ direction: 'backwards', maxCount: 3 })).toEqual([9, 8, 7])
    expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0])
    expect(await given.log.readStream(agentStream(tenantId))).toEqual([])
  })

  test('an unknown type and malformed data are named', async () => {
    await using given = await startTestLog()
    const client = EventStoreDBClient.connectionString(given.connectionString)
    const stream = agentStream(tenantId)
    const metadata = {
      ...agentStatusEvent(tenantId).metadata,
      schemaVersion: 1,
      salt: Buffer.alloc(16).toString('base64'),
    }
    const foreign = jsonEvent({ type: 'AgentDreamt', data: {}, metadata })
    await client.appendToStream(stream, foreign, { expectedRevision: 'no_stream' })
    await expect(given.log.readStream(stream)).rejects.toThrow(UnknownEventTypeError)
    const faulty = jsonEvent({ type: 'AgentStatusChanged', data: { status: 3 }, metadata })
    const other = agentStream(tenantId)
    await client.appendToStream(other, faulty, { expectedRevision: 'no_stream' })
    await expect(given.log.readStream(other)).rejects.toThrow(
      /malformed event AgentStatusChanged in agent-.*data\.status: invalid_value/,
    )
    await client.dispose()
  })
})

test('what is personal is in no file of the event store and in no log line', async () => {
  await using given = await startTestLog()
  const keyId = given.keys.make(tenantId)
  const stream = streamName('person', tenantId, uuidv7())
  const name = 'Zephyrine Planted'
  const event: EventToAppend = {
    type: 'PersonEnrolled',
    data: { keyId, name },
    id: uuidv7(),
    metadata: eventContext(commandBy(tenantId)),
  }
  await given.log.append(stream, 'no_stream', [event])
  await expect(given.log.append(stream, 'no_stream', [{ ...event, id: uuidv7() }])).rejects.toThrow()
  expect((await given.log.readStream(stream))[0]!.data).toEqual({ keyId, name })

  const files = await readdir(given.folder)
  const bytes = Buffer.concat(await Promise.all(files.map(file => readFile(path.join(given.folder, file)))))
  expect(bytes.includes(keyId), 'the event is in these files').toBe(true)
  for (const form of [
    name,
    'Zephyrine',
    Buffer.from(name).toString('base64').slice(0, 20),
    Buffer.from(name).toString('hex'),
  ]) {
    expect(bytes.includes(form), form).toBe(false)
    expect(given.lines.join('\n')).not.toContain(form)
  }

  given.keys.clear()
  expect((await given.log.readStream(stream))[0]!.data).toEqual({ keyId, name: { erased: true } })
})

test('a closed log refuses', async () => {
  await using given = await startTestLog()
  const log = await given.open()
  await log.close()
  await expect(log.readStream(agentStream(tenantId))).rejects.toThrow(EventLogClosedError)
  await expect(log.append(agentStream(tenantId), 'no_stream', [agentStatusEvent(tenantId)])).rejects.toThrow(
    EventLogClosedError,
  )
})
