import type { EventType } from '@sightline/contracts/events'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import type { Handler, Model, Projection, Rows } from './projection.ts'
import { NO_TENANT, type Table } from './table.ts'

/** What becomes of one row: all of it, or some of its columns where the row is there already. */
export interface RowChange {
  whole: boolean
  tenantId: string
  id: string
  columns: Record<string, unknown>
  /** The last event that changed it. */
  event: RecordedEvent
}

/** What a batch of events does to the rows, each row at most once. */
export interface Changes {
  readonly models: ReadonlySet<Model>
  readonly byTable: ReadonlyMap<Table, ReadonlyMap<string, RowChange>>
}

/** Events to changes, without I/O: several changes of a row become one. */
export type Fold = (events: readonly RecordedEvent[]) => Changes

/** Makes the fold of these projections. Handlers run event by event, in order. */
export function foldOf(projections: readonly Projection[]): Fold {
  const handlers = new Map<string, { model: Model; handle: Handler<EventType> }[]>()
  for (const { model, handles } of projections) {
    for (const [type, handle] of Object.entries(handles)) {
      const others = handlers.get(type) ?? []
      handlers.set(type, [...others, { model, handle: handle as Handler<EventType> }])
    }
  }
  return events => {
    const models = new Set<Model>()
    const byTable = new Map<Table, Map<string, RowChange>>()
    let event!: RecordedEvent
    let tenantId = ''
    const rowsOf = (table: Table) => {
      let rows = byTable.get(table)
      if (!rows) {
        rows = new Map()
        byTable.set(table, rows)
      }
      return rows
    }
    const rows: Rows = {
      put(table, id, row) {
        const columns = { removed: false, ...row }
        rowsOf(table as Table).set(tenantId + id, { whole: true, tenantId, id, columns, event })
      },
      set(table, id, columns) {
        const changed = rowsOf(table as Table)
        const before = changed.get(tenantId + id)
        if (!before) {
          changed.set(tenantId + id, { whole: false, tenantId, id, columns: { ...columns }, event })
          return
        }
        Object.assign(before.columns, columns)
        before.event = event
      },
    }
    for (event of events) {
      const concerned = handlers.get(event.type)
      if (!concerned) continue
      const stream = parseStreamName(event.stream)
      if (!stream?.id) throw new EventNotApplicableError(event, 'its stream is about nothing that has rows')
      tenantId = stream.tenantId ?? tenantToldBy(event) ?? NO_TENANT
      for (const { model, handle } of concerned) {
        handle(event, stream.id, rows)
        models.add(model)
      }
    }
    return { models, byTable }
  }
}

/** A stream without a tenant may tell of something in one: of a user's session. */
function tenantToldBy({ data }: RecordedEvent): string | null {
  return 'tenantId' in data ? data.tenantId : null
}

/** An event that no projection can apply, however often it is tried. Its data is not told. */
export class EventNotApplicableError extends Error {
  override name = 'EventNotApplicableError'
  readonly event: Pick<RecordedEvent, 'type' | 'stream' | 'revision' | 'position'>
  constructor(event: RecordedEvent, reason: string, options?: ErrorOptions) {
    const { type, stream, revision, position } = event
    super(
      `${type} in ${stream}, revision ${revision}, at position ${position} can't be applied: ${reason}`,
      options,
    )
    this.event = { type, stream, revision, position }
  }
}
