import type { Candidate, ClosingReason, Crop } from '@sightline/contracts/sightings'
import { defineTable, type RowBase } from '../table.ts'

/** OPEN while somebody is there, then how it ended. */
export type SightingStatus = 'OPEN' | ClosingReason

/** Somebody was seen at a camera. */
export interface SightingRow extends RowBase {
  cameraId: string
  /** Where the camera was then. */
  siteId: string
  /** Null while nobody known. */
  personId: string | null
  /** To the person when it was decided; of the best candidate while unknown; null with an empty gallery. */
  similarity: number | null
  status: SightingStatus
  firstSeenAt: Date
  lastSeenAt: Date
  /** Capture time of the frame that decided. */
  decidedAt: Date
  /** The best five of the frame that decided, best first. */
  candidates: Candidate[]
  crop: Crop
  previousSightingId: string | null
}

export const sightings = defineTable<SightingRow>({
  name: 'sightings',
  columns: {
    cameraId: 'uuid not null',
    siteId: 'uuid not null',
    personId: 'uuid',
    similarity: 'double precision',
    status: 'text not null',
    firstSeenAt: 'timestamptz not null',
    lastSeenAt: 'timestamptz not null',
    decidedAt: 'timestamptz not null',
    candidates: 'jsonb not null',
    crop: 'jsonb not null',
    previousSightingId: 'uuid',
  },
  scope: { site: 'siteId', camera: 'cameraId' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: [
    '(tenant_id, first_seen_at desc, id desc)',
    '(tenant_id, camera_id, first_seen_at desc, id desc)',
    '(tenant_id, site_id, first_seen_at desc, id desc)',
    '(tenant_id, person_id, first_seen_at desc, id desc)',
    '(tenant_id, position)',
  ],
})
