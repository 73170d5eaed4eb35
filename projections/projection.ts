import type { EventType, SightlineEvent } from '@sightline/contracts/events'
import type { Recorded } from '@sightline/event-log/recorded-event'
import type { RowBase, Table, Written } from './table.ts'

/** The read models, by the names that wake-ups carry. */
export type Model =
  | 'tenants'
  | 'sites'
  | 'agents'
  | 'cameras'
  | 'streams'
  | 'people'
  | 'pictures'
  | 'assignments'
  | 'sightings'
  | 'members'
  | 'api_keys'
  | 'sessions'
  | 'tenant_records'

/** A recorded event of one type. */
export type RecordedOf<Type extends EventType> = Recorded<Extract<SightlineEvent, { type: Type }>>

/** What an event does to rows; each takes the event's tenant and position. Only rows of the event's own stream. */
export interface Rows {
  /** The whole row but the columns that the table derives, whether there was one or not. */
  put<Row extends RowBase, Derived extends PropertyKey>(
    table: Table<Row, Derived>,
    id: string,
    row: Omit<Written<Row>, Derived>,
  ): void
  /** Some columns of a row that is there. */
  set<Row extends RowBase, Derived extends PropertyKey>(
    table: Table<Row, Derived>,
    id: string,
    columns: Partial<Written<Row>> & { removed?: boolean },
  ): void
}

/** What one type of event means to a model. `id` is the last part of the stream's name. */
export type Handler<Type extends EventType> = (event: RecordedOf<Type>, id: string, rows: Rows) => void

/** One read model: its tables and what each type of event does to their rows. Handlers compute; they do no I/O. */
export interface Projection {
  readonly model: Model
  readonly tables: readonly Table[]
  readonly handles: { readonly [Type in EventType]?: Handler<Type> }
}
