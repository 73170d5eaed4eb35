import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createDataKeys, type KeyDatabase } from './data-keys.ts'
import { createMasterKey } from './master-key.ts'

const masterKey = createMasterKey(randomBytes(32).toString('base64'))
const tenantId = '01a1fd84-1906-7429-a578-9a04558f7c93'
const keyId = '01a1fd84-1924-7157-bb50-5c275a0c4966'

/** A database that answers each question with what `wrapped` is, once `release` lets it. */
function answering(wrapped: () => Uint8Array | null) {
  const given = { questions: 0, pause: Promise.resolve() }
  const database: KeyDatabase = {
    async inOps(_role, _tenantId, use) {
      return use(async <Row extends object>(text: string) => {
        if (!text.includes('dataKey */')) return []
        given.questions++
        const found = wrapped()
        await given.pause
        return [{ subject: 'person', subject_id: 'p', wrapped: found } as unknown as Row]
      })
    },
  }
  return { database, given }
}

function setUp(options: { maxCached?: number } = {}) {
  let time = 0
  let wrapped: Uint8Array | null = masterKey.wrap(randomBytes(32))
  const { database, given } = answering(() => wrapped)
  const keys = createDataKeys({ database, masterKey, now: () => time, maxAgeMs: 5_000, ...options })
  return {
    keys,
    given,
    pass: (ms: number) => {
      time += ms
    },
    destroyElsewhere: () => {
      wrapped = null
    },
  }
}

test('a key is asked for once while it is fresh, however many ask at once', async () => {
  const { keys, given, pass } = setUp()
  const found = await Promise.all(Array.from({ length: 10 }, () => keys.read(tenantId, keyId)))
  pass(4_999)
  found.push(await keys.read(tenantId, keyId))
  expect(new Set(found).size).toBe(1)
  expect(given.questions).toBe(1)
})

test('a key that another process destroyed is gone within the largest age', async () => {
  const { keys, pass, destroyElsewhere } = setUp()
  expect(await keys.read(tenantId, keyId)).toBeDefined()
  destroyElsewhere()
  pass(5_000)
  expect(await keys.read(tenantId, keyId)).toBeUndefined()
})

test('the age counts from the question, not from its answer', async () => {
  const { keys, given, pass, destroyElsewhere } = setUp()
  let answer = () => {}
  given.pause = new Promise(resolve => {
    answer = resolve
  })
  const reading = keys.read(tenantId, keyId)
  destroyElsewhere()
  pass(4_000)
  answer()
  await reading
  pass(1_000)
  expect(await keys.read(tenantId, keyId)).toBeUndefined()
})

test('a key that is destroyed while it is being read is not kept', async () => {
  const { keys, given, destroyElsewhere } = setUp()
  let answer = () => {}
  given.pause = new Promise(resolve => {
    answer = resolve
  })
  const reading = keys.read(tenantId, keyId)
  destroyElsewhere()
  await keys.destroy(tenantId, keyId)
  answer()
  await reading
  expect(await keys.read(tenantId, keyId)).toBeUndefined()
})

test('a key that is not there is asked for each time: it may be made any moment', async () => {
  const { keys, given, destroyElsewhere } = setUp()
  destroyElsewhere()
  expect(await keys.read(tenantId, keyId)).toBeUndefined()
  expect(await keys.read(tenantId, keyId)).toBeUndefined()
  expect(given.questions).toBe(2)
})

test('the cache is bounded', async () => {
  const { keys, given } = setUp({ maxCached: 2 })
  for (const id of ['a', 'b', 'c', 'c', 'b', 'a']) await keys.read(tenantId, id)
  expect(given.questions).toBe(4)
})
