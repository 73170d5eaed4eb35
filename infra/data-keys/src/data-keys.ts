import { randomBytes } from 'node:crypto'
import type { MasterKey } from './master-key.ts'

/** What a data key protects: one person, one camera's address, the sighting of an unknown face, or what a tenant's members- stream says of one user. */
export type DataKeySubject = 'person' | 'camera' | 'sighting' | 'user'

/** A data key's place and what it is for. */
export interface DataKeyRequest {
  tenantId: string
  keyId: string
  subject: DataKeySubject
  subjectId: string
}

/** A data key that is on its way to where it is kept. */
export interface ProposedKey {
  /** 32 bytes: the key, unless the same request made another one before. Nobody may hear of what is sealed under it yet. */
  readonly likely: Uint8Array
  /** The key that stands, once it does. Rejects as `create` does. */
  readonly standing: Promise<Uint8Array>
}

/** The data keys of the tenants, each 32 bytes. Destroying one is erasing everything that is sealed under it. */
export interface DataKeys {
  /**
   * Makes a key, or gives the one that the same request made before.
   * @throws DataKeyConflictError where the id is another subject's or its key was destroyed
   */
  create(request: DataKeyRequest): Promise<Uint8Array>
  /** As `create`, for whoever has something to seal while the key is being stored. */
  propose(request: DataKeyRequest): ProposedKey
  /**
   * The key, or undefined where it was destroyed or never made. An answer is at most `maxAgeMs` old: so long
   * after a key was destroyed by another process may this one still open what is sealed under it.
   */
  read(tenantId: string, keyId: string): Promise<Uint8Array | undefined>
  /** Destroys the key for ever; of a key that is not there nothing is said. */
  destroy(tenantId: string, keyId: string): Promise<void>
}

/** A data key that can't be made: its id belongs to something else, or it was destroyed. */
export class DataKeyConflictError extends Error {
  override name = 'DataKeyConflictError'
}

/** What the keys need of the database: a transaction of the role that may see keys, for one tenant. */
export interface KeyDatabase {
  inOps<T>(
    role: 'ops_keys',
    tenantId: string,
    use: (sql: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>) => Promise<T>,
  ): Promise<T>
}

interface KeyRow {
  subject: string
  subject_id: string
  wrapped: Uint8Array | null
}

/** A destroyed key must not live on in a process that didn't hear of it. */
const MAX_AGE_MS = 5_000
const MAX_CACHED = 10_000

/**
 * Data keys in `ops.data_keys`, wrapped by the master key, with a bounded cache in the process.
 * @param now a monotonic clock, ms
 */
export function createDataKeys(options: {
  database: KeyDatabase
  masterKey: MasterKey
  maxAgeMs?: number
  maxCached?: number
  now?: () => number
}): DataKeys {
  const { database, masterKey, maxAgeMs = MAX_AGE_MS, maxCached = MAX_CACHED } = options
  const now = options.now ?? (() => performance.now())
  const cached = new Map<string, { key: Uint8Array; readAt: number }>()
  const underway = new Map<string, Promise<Uint8Array | undefined>>()

  function remember(place: string, key: Uint8Array, readAt: number): void {
    cached.delete(place)
    cached.set(place, { key, readAt })
    if (cached.size > maxCached) cached.delete(cached.keys().next().value!)
  }

  /** `readAt` is taken before the question is sent: the answer may be that old. */
  async function readFromDatabase(tenantId: string, keyId: string, place: string) {
    const readAt = now()
    const rows = await database.inOps('ops_keys', tenantId, sql =>
      sql<KeyRow>(
        `/* dataKey */ select subject, subject_id, wrapped from ops.data_keys
         where tenant_id = $1 and key_id = $2 and destroyed_at is null`,
        [tenantId, keyId],
      ),
    )
    const wrapped = rows[0]?.wrapped
    if (!wrapped) return undefined
    const key = masterKey.unwrap(wrapped)
    // A destruction in this process while the question was on its way has removed `underway`: it wins.
    if (underway.has(place)) remember(place, key, readAt)
    return key
  }

  /** Stores a key where there is none yet; gives the one that stands. */
  async function store(
    { tenantId, keyId, subject, subjectId }: DataKeyRequest,
    likely: Uint8Array,
  ): Promise<Uint8Array> {
    const readAt = now()
    const row = await database.inOps('ops_keys', tenantId, async sql => {
      // Without waiting between them: the server takes them in turn, and the second sees what the first waited for.
      const inserted = sql(
        `/* createDataKey */ insert into ops.data_keys (tenant_id, key_id, subject, subject_id, wrapped)
         values ($1, $2, $3, $4, $5) on conflict (tenant_id, key_id) do nothing`,
        [tenantId, keyId, subject, subjectId, masterKey.wrap(likely)],
      )
      const found = sql<KeyRow>(
        `/* createdDataKey */ select subject, subject_id,
           case when destroyed_at is null then wrapped end as wrapped
         from ops.data_keys where tenant_id = $1 and key_id = $2`,
        [tenantId, keyId],
      )
      const [, rows] = await Promise.all([inserted, found])
      return rows[0]
    })
    if (!row?.wrapped) throw new DataKeyConflictError(`data key ${keyId} was destroyed`)
    if (row.subject !== subject || row.subject_id !== subjectId) {
      throw new DataKeyConflictError(`data key ${keyId} belongs to another ${row.subject}`)
    }
    const key = masterKey.unwrap(row.wrapped)
    remember(`${tenantId}.${keyId}`, key, readAt)
    return key
  }

  return {
    create: request => store(request, randomBytes(32)),

    propose(request) {
      const likely = randomBytes(32)
      return { likely, standing: store(request, likely) }
    },

    async read(tenantId, keyId) {
      const place = `${tenantId}.${keyId}`
      const known = cached.get(place)
      if (known && now() - known.readAt < maxAgeMs) return known.key
      cached.delete(place)
      let answer = underway.get(place)
      if (!answer) {
        answer = readFromDatabase(tenantId, keyId, place).finally(() => {
          if (underway.get(place) === answer) underway.delete(place)
        })
        underway.set(place, answer)
      }
      return answer
    },

    async destroy(tenantId, keyId) {
      const place = `${tenantId}.${keyId}`
      await database.inOps('ops_keys', tenantId, sql =>
        sql(
          `/* destroyDataKey */ update ops.data_keys set wrapped = null, destroyed_at = now()
           where tenant_id = $1 and key_id = $2 and destroyed_at is null`,
          [tenantId, keyId],
        ),
      )
      cached.delete(place)
      underway.delete(place)
    },
  }
}
