import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import type { UploadedPicture } from '../people/decisions.ts'

type Ops = Pick<Database, 'inOps'>

/** Which upload: ids of two tenants never meet. */
export interface UploadId {
  tenantId: string
  personId: string
  pictureId: string
}

/** An uploaded picture; its object is sealed under the data key `keyId`. */
export interface Upload extends UploadId, UploadedPicture {
  objectKey: string
  keyId: string
}

/**
 * Notes an upload before its object is stored, so that nothing is stored that nobody knows of.
 * @returns false where another picture was uploaded under this id
 */
export async function noteUpload(database: Ops, upload: Upload & { at: Date }): Promise<boolean> {
  const { tenantId, personId, pictureId, objectKey, contentType, sha256, bytes, keyId, at } = upload
  const rows = await database.inOps('ops_api', tenantId, async sql => {
    await sql(
      `/* noteUpload */ insert into ops.picture_uploads
         (tenant_id, person_id, picture_id, object_key, content_type, sha256, bytes, key_id, uploaded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (tenant_id, person_id, picture_id) do nothing`,
      [tenantId, personId, pictureId, objectKey, contentType, sha256, bytes, keyId, at],
    )
    return sql<{ sha256: string }>(
      `/* notedUpload */ select sha256 from ops.picture_uploads
       where tenant_id = $1 and person_id = $2 and picture_id = $3`,
      [tenantId, personId, pictureId],
    )
  })
  return rows[0]?.sha256 === sha256
}

/**
 * Notes that the object of an upload is stored.
 * @returns false where the upload was removed in the meantime
 */
export async function noteStored(database: Ops, upload: UploadId): Promise<boolean> {
  const rows = await database.inOps('ops_api', upload.tenantId, sql =>
    sql(
      `/* noteStored */ update ops.picture_uploads set stored = true
       where tenant_id = $1 and person_id = $2 and picture_id = $3 returning picture_id`,
      [upload.tenantId, upload.personId, upload.pictureId],
    ),
  )
  return rows.length === 1
}

/** A stored upload, locked for the transaction: it can't be removed while its command is carried out. */
export async function lockUpload(sql: Sql, id: UploadId): Promise<Upload | undefined> {
  const rows = await sql<UploadRow>(
    `/* lockUpload */ select ${columns} from ops.picture_uploads
     where tenant_id = $1 and person_id = $2 and picture_id = $3 and stored for update`,
    [id.tenantId, id.personId, id.pictureId],
  )
  return rows[0] && uploadOf(rows[0])
}

/**
 * One upload from before `cutoff` that no command is known to have claimed, locked for the transaction; those that
 * others hold, and those of the people `skipped`, are passed over.
 */
export async function lockUnclaimedUpload(
  sql: Sql,
  cutoff: Date,
  skipped: readonly string[],
): Promise<Upload | undefined> {
  const rows = await sql<UploadRow>(
    `/* lockUnclaimedUpload */ select ${columns} from ops.picture_uploads
     where not claimed and uploaded_at < $1 and person_id <> all($2::uuid[])
     order by uploaded_at limit 1 for update skip locked`,
    [cutoff, skipped],
  )
  return rows[0] && uploadOf(rows[0])
}

/** Notes within a transaction that a command claimed an upload. */
export async function noteClaimed(sql: Sql, id: UploadId): Promise<void> {
  await sql(
    `/* noteClaimed */ update ops.picture_uploads set claimed = true
     where tenant_id = $1 and person_id = $2 and picture_id = $3`,
    [id.tenantId, id.personId, id.pictureId],
  )
}

/** Removes an upload within a transaction. */
export async function deleteUpload(sql: Sql, id: UploadId): Promise<void> {
  await sql(
    `/* deleteUpload */ delete from ops.picture_uploads
     where tenant_id = $1 and person_id = $2 and picture_id = $3`,
    [id.tenantId, id.personId, id.pictureId],
  )
}

const columns = 'tenant_id, person_id, picture_id, object_key, content_type, sha256, bytes, key_id'

interface UploadRow {
  tenant_id: string
  person_id: string
  picture_id: string
  object_key: string
  content_type: UploadedPicture['contentType']
  sha256: string
  bytes: number
  key_id: string
}

function uploadOf(row: UploadRow): Upload {
  return {
    tenantId: row.tenant_id,
    personId: row.person_id,
    pictureId: row.picture_id,
    objectKey: row.object_key,
    contentType: row.content_type,
    sha256: row.sha256,
    bytes: row.bytes,
    keyId: row.key_id,
  }
}
