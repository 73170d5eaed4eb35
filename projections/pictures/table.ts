import type { PictureRefusal } from '@sightline/contracts/pictures'
import { defineTable, type RowBase } from '../table.ts'

/** A picture of a person as it was added, from the person's stream of events. */
export interface AddedPictureRow extends RowBase {
  personId: string
  /** The person's data key, under which the picture is stored. */
  keyId: string
  contentType: string
  /** Of the picture as uploaded. */
  sha256: string
  bytes: number
  addedAt: Date
}

export const addedPictures = defineTable<AddedPictureRow>({
  name: 'pictures',
  columns: {
    personId: 'uuid not null',
    keyId: 'uuid not null',
    contentType: 'text not null',
    sha256: 'text not null',
    bytes: 'integer not null',
    addedAt: 'timestamptz not null',
  },
  readers: ['api_tenant'],
  indexes: ['(tenant_id, person_id)', '(tenant_id, position)'],
})

/** What recognition said of a picture, from the picture's own stream of events. */
export interface PictureResultRow extends RowBase {
  personId: string
  status: 'ACCEPTED' | 'REFUSED'
  refusal: PictureRefusal | null
}

export const pictureResults = defineTable<PictureResultRow>({
  name: 'picture_results',
  columns: { personId: 'uuid not null', status: 'text not null', refusal: 'text' },
  readers: ['api_tenant'],
  indexes: ['(tenant_id, position)'],
})
