import { agentsProjection } from './agents/writer.ts'
import { apiKeysProjection } from './api-keys/writer.ts'
import { assignmentsProjection } from './assignments/writer.ts'
import { camerasProjection } from './cameras/writer.ts'
import { membersProjection } from './members/writer.ts'
import { peopleProjection } from './people/writer.ts'
import { picturesProjection } from './pictures/writer.ts'
import type { Projection } from './projection.ts'
import { sessionsProjection } from './sessions/writer.ts'
import { sightingsProjection } from './sightings/writer.ts'
import { sitesProjection } from './sites/writer.ts'
import { streamsProjection } from './streams/writer.ts'
import type { Table } from './table.ts'
import { tenantRecordsProjection } from './tenant-records/writer.ts'
import { tenantsProjection } from './tenants/writer.ts'

/** Every read model. A table that derives columns from another's rows comes after it. */
export const projections: readonly Projection[] = [
  tenantsProjection,
  sitesProjection,
  agentsProjection,
  camerasProjection,
  streamsProjection,
  peopleProjection,
  picturesProjection,
  assignmentsProjection,
  sightingsProjection,
  membersProjection,
  apiKeysProjection,
  sessionsProjection,
  tenantRecordsProjection,
]

/** Every table of every read model, in the order in which rows are written. */
export const allTables: readonly Table[] = projections.flatMap(projection => projection.tables)
