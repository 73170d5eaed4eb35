import { randomBytes } from 'node:crypto'
import { createDatabase } from '@sightline/database/database'
import { migrate } from '@sightline/database/migrate'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDataKeys, DataKeyConflictError, type DataKeyRequest } from './data-keys.ts'
import { SealBrokenError } from './encryption.ts'
import { createMasterKey } from './master-key.ts'

const { createDatabase: createEmptyDatabase } = await useSharedStack('postgres')
const masterKey = createMasterKey(randomBytes(32).toString('base64'))
const logger = createLogger({ name: 'test', level: 'silent' })

let database: ReturnType<typeof createDatabase>

beforeAll(async () => {
  const { connection, ownerUrl, passwords } = await createEmptyDatabase()
  await migrate(ownerUrl)
  database = createDatabase({ connection, roles: { ops_keys: passwords.ops_keys }, logger })
})

afterAll(() => database.close())

function request(given: Partial<DataKeyRequest> = {}): DataKeyRequest {
  return { tenantId: uuidv7(), keyId: uuidv7(), subject: 'person', subjectId: uuidv7(), ...given }
}

/** Each stands for a process of its own. */
function keysOfAProcess() {
  return createDataKeys({ database, masterKey })
}

test('a key is 32 bytes, the same for every process, and made once however often it is asked for', async () => {
  const wanted = request()
  const made = await Promise.all(Array.from({ length: 5 }, () => keysOfAProcess().create(wanted)))
  const hex = made.map(key => Buffer.from(key).toString('hex'))
  expect(new Set(hex).size).toBe(1)
  expect(made[0]).toHaveLength(32)
  const read = await keysOfAProcess().read(wanted.tenantId, wanted.keyId)
  expect(Buffer.from(read!).toString('hex')).toBe(hex[0])
})

test('a key that is proposed is the one that stands, unless another was made before', async () => {
  const wanted = request()
  const first = keysOfAProcess().propose(wanted)
  expect(Buffer.from(await first.standing)).toEqual(Buffer.from(first.likely))
  const second = keysOfAProcess().propose(wanted)
  expect(Buffer.from(second.likely)).not.toEqual(Buffer.from(first.likely))
  expect(Buffer.from(await second.standing)).toEqual(Buffer.from(first.likely))
  await expect(keysOfAProcess().propose({ ...wanted, subjectId: uuidv7() }).standing).rejects.toThrow(
    DataKeyConflictError,
  )
})

test("another tenant's key is not there, and its id can be used", async () => {
  const wanted = request()
  const keys = keysOfAProcess()
  const key = await keys.create(wanted)
  const otherTenant = uuidv7()
  expect(await keys.read(otherTenant, wanted.keyId)).toBeUndefined()
  const other = await keys.create({ ...wanted, tenantId: otherTenant })
  expect(Buffer.from(other).equals(key)).toBe(false)
  await keys.destroy(otherTenant, wanted.keyId)
  expect(await keysOfAProcess().read(wanted.tenantId, wanted.keyId)).toBeDefined()
})

test("a key's id belongs to one subject", async () => {
  const wanted = request()
  await keysOfAProcess().create(wanted)
  await expect(keysOfAProcess().create({ ...wanted, subjectId: uuidv7() })).rejects.toThrow(
    DataKeyConflictError,
  )
  await expect(keysOfAProcess().create({ ...wanted, subject: 'camera' })).rejects.toThrow(
    DataKeyConflictError,
  )
})

test('a destroyed key is gone for ever, its bytes too', async () => {
  const wanted = request()
  const keys = keysOfAProcess()
  await keys.create(wanted)
  await keys.destroy(wanted.tenantId, wanted.keyId)
  await keys.destroy(wanted.tenantId, wanted.keyId)
  expect(await keys.read(wanted.tenantId, wanted.keyId)).toBeUndefined()
  expect(await keysOfAProcess().read(wanted.tenantId, wanted.keyId)).toBeUndefined()
  await expect(keys.create(wanted)).rejects.toThrow(DataKeyConflictError)
  const rows = await database.inOps('ops_keys', wanted.tenantId, sql =>
    sql<{ wrapped: Uint8Array | null; destroyed_at: Date }>(
      '/* destroyedKey */ select wrapped, destroyed_at from ops.data_keys where key_id = $1',
      [wanted.keyId],
    ),
  )
  expect(rows[0]).toMatchObject({ wrapped: null, destroyed_at: expect.any(Date) })
})

test('the table holds no key in the clear, and another master key opens none', async () => {
  const wanted = request()
  const key = await keysOfAProcess().create(wanted)
  const [row] = await database.inOps('ops_keys', wanted.tenantId, sql =>
    sql<{ wrapped: Buffer }>('/* wrappedKey */ select wrapped from ops.data_keys where key_id = $1', [
      wanted.keyId,
    ]),
  )
  expect(row!.wrapped.includes(Buffer.from(key))).toBe(false)
  const others = createDataKeys({ database, masterKey: createMasterKey(randomBytes(32).toString('base64')) })
  await expect(others.read(wanted.tenantId, wanted.keyId)).rejects.toThrow(SealBrokenError)
})
