import type { PictureRefusal } from '@sightline/contracts/pictures'
import { defineTable, type RowBase } from '../table.ts'
import { tableOf } from '../tables.ts'

/** A picture is seen by whoever sees the person; a person's sites never change. Null, for nobody, without the person. */
const sitesOfPerson = `(select p.site_ids from ${tableOf('people')} p where p.tenant_id = r."tenantId" and p.id = r."personId")`

/** A picture of a person as it was added, from the person's stream of events. */
export interface AddedPictureRow extends RowBase {
  personId: string
  siteIds: string[] | null
  /** The person's data key, under which the picture is stored. */
  keyId: string
  contentType: string
  /** Of the picture as uploaded. */
  sha256: string
  bytes: number
  addedAt: Date
}

export const addedPictures = defineTable<AddedPictureRow, 'siteIds'>({
  name: 'pictures',
  columns: {
    personId: 'uuid not null',
    siteIds: 'uuid[]',
    keyId: 'uuid not null',
    contentType: 'text not null',
    sha256: 'text not null',
    bytes: 'integer not null',
    addedAt: 'timestamptz not null',
  },
  derived: { siteIds: sitesOfPerson },
  scope: { sites: 'siteIds' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, person_id)', '(tenant_id, position)'],
})

/** What recognition said of a picture, from the picture's own stream of events. */
export interface PictureResultRow extends RowBase {
  personId: string
  siteIds: string[] | null
  status: 'ACCEPTED' | 'REFUSED'
  refusal: PictureRefusal | null
}

export const pictureResults = defineTable<PictureResultRow, 'siteIds'>({
  name: 'picture_results',
  columns: { personId: 'uuid not null', siteIds: 'uuid[]', status: 'text not null', refusal: 'text' },
  derived: { siteIds: sitesOfPerson },
  scope: { sites: 'siteIds' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, position)'],
})
