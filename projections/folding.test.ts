import { randomUUID } from 'node:crypto'
import { eventDefinitions, type SightlineEvent } from '@sightline/contracts/events'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { describe, expect, test } from 'vitest'
import { agents } from './agents/table.ts'
import { projections } from './all.ts'
import { cameras } from './cameras/table.ts'
import { type Changes, EventNotApplicableError, foldOf } from './folding.ts'
import type { Table } from './table.ts'

const fold = foldOf(projections)
const tenantId = randomUUID()
const siteId = randomUUID()

let position = 0n
function happened(stream: string, event: SightlineEvent, revision = 0): RecordedEvent {
  position += 10n
  const occurredAt = new Date(Date.UTC(2026, 0, 1) + Number(position)).toISOString()
  const metadata = { occurredAt } as RecordedEvent['metadata']
  return { ...event, id: randomUUID(), stream, revision, position, created: new Date(0), metadata }
}

const paired = (name = 'Box'): SightlineEvent => ({
  type: 'AgentPaired',
  data: { credentialId: randomUUID(), siteId, name, serial: 'S-1' },
})
const status = (to: 'IDLE' | 'ERROR'): SightlineEvent => ({
  type: 'AgentStatusChanged',
  data: { status: to },
})

const changesOf = (changes: Changes, table: Table) => [...(changes.byTable.get(table)?.values() ?? [])]

describe('a batch', () => {
  test('changes each row once, with what is newest and the position of the last event', () => {
    const stream = `agent-${tenantId}.${randomUUID()}`
    const events = [
      happened(stream, paired()),
      happened(stream, status('IDLE')),
      happened(stream, status('ERROR')),
    ]
    const [change, ...others] = changesOf(fold(events), agents as Table)
    expect(others).toEqual([])
    expect(change).toMatchObject({
      whole: true,
      tenantId,
      columns: { name: 'Box', status: 'ERROR', pairedAt: events[0]!.metadata.occurredAt },
      event: events[2],
    })
  })

  test('changes only some columns of a row that an earlier batch made', () => {
    const event = happened(`agent-${tenantId}.${randomUUID()}`, status('IDLE'))
    const changes = changesOf(fold([event]), agents as Table)
    expect(changes).toMatchObject([{ whole: false, columns: { status: 'IDLE' }, event }])
    expect(changes[0]!.columns).not.toHaveProperty('name')
  })

  test('keeps the same id of two tenants apart', () => {
    const id = randomUUID()
    const events = [tenantId, randomUUID()].map(tenant => happened(`agent-${tenant}.${id}`, paired()))
    expect(changesOf(fold(events), agents as Table)).toHaveLength(2)
  })

  test('names the models that it touches', () => {
    const events = [
      happened(`agent-${tenantId}.${randomUUID()}`, status('IDLE')),
      happened(
        `camera-${tenantId}.${randomUUID()}`,
        { type: 'StreamStarted', data: { streamId: randomUUID() } },
        1,
      ),
    ]
    const changes = fold(events)
    expect([...changes.models].sort()).toEqual(['agents', 'assignments', 'cameras', 'streams'])
    expect(changesOf(changes, cameras as Table)).toMatchObject([{ whole: false, columns: { wanted: true } }])
  })

  test('of what nobody projects changes nothing', () => {
    const changes = fold([happened('log', { type: 'LogCreated', data: {} })])
    expect(changes.models.size + changes.byTable.size).toBe(0)
  })

  test('refuses an event in a stream that is no tenant’s, by name', () => {
    const event = happened('agent', paired())
    expect(() => fold([event])).toThrow(EventNotApplicableError)
    expect(() => fold([event])).toThrow(`AgentPaired in agent, revision 0, at position ${event.position}`)
  })
})

test('every type of event is projected, but those that nobody reads', () => {
  const projected = new Set(projections.flatMap(({ handles }) => Object.keys(handles)))
  const ignored = eventDefinitions.map(({ type }) => type).filter(type => !projected.has(type))
  expect(ignored).toEqual([
    'LogCreated',
    'UserRegistered',
    'SystemAdministratorAppointed',
    'SystemAdministratorDismissed',
  ])
})

test('the tables of a read model that derives columns come after those that it derives them from', () => {
  const order = projections.map(({ model }) => model)
  expect(order.indexOf('cameras')).toBeLessThan(order.indexOf('streams'))
})
