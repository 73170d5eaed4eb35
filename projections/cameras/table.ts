import type { EncryptedValue } from '@sightline/contracts/encryption'
import { defineTable, type RowBase } from '../table.ts'

/** A registered camera. */
export interface CameraRow extends RowBase {
  siteId: string
  name: string
  framesPerSecond: number
  reencode: boolean
  /** The RTSP address with its credentials, sealed under the camera's key. */
  address: EncryptedValue
  registeredAt: Date
  /** The newest live session; null before the first. */
  streamId: string | null
  /** Whether the newest session is still wanted. */
  wanted: boolean
}

export const cameras = defineTable<CameraRow>({
  name: 'cameras',
  columns: {
    siteId: 'uuid not null',
    name: 'text not null',
    framesPerSecond: 'integer not null',
    reencode: 'boolean not null',
    address: 'jsonb not null',
    registeredAt: 'timestamptz not null',
    streamId: 'uuid',
    wanted: 'boolean not null',
  },
  scope: { site: 'siteId', camera: 'id' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, name, id)', '(tenant_id, site_id, name, id)', '(tenant_id, position)'],
})
