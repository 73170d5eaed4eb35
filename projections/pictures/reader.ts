import type { PictureRefusal } from '@sightline/contracts/pictures'
import type { Sql } from '@sightline/database/sql'
import { selectList } from '../table.ts'
import { type AddedPictureRow, addedPictures, pictureResults } from './table.ts'

/** A picture of a person and what recognition said of it. `position` is the newer of both. */
export interface PictureRow extends AddedPictureRow {
  /** PENDING until recognition has looked at it. */
  status: 'PENDING' | 'ACCEPTED' | 'REFUSED'
  refusal: PictureRefusal | null
}

const select = `select ${selectList(addedPictures, 'i', { position: 'greatest(i.position, r.position)' })},
    coalesce(r.status, 'PENDING') as status, r.refusal
  from ${addedPictures.sqlName} i
  left join ${pictureResults.sqlName} r on r.tenant_id = i.tenant_id and r.id = i.id`

/** The pictures of these people, oldest first. */
export function picturesOfPeople(read: Sql, personIds: readonly string[]): Promise<PictureRow[]> {
  return read<PictureRow>(
    `/* picturesOfPeople */ ${select} where i.person_id = any($1::uuid[]) and not i.removed
     order by i.added_at, i.id`,
    [personIds],
  )
}
