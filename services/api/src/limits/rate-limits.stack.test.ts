import { RequestPairingDocument } from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { newDevice, useTestApi } from '../test-api.ts'
import { clearRateLimits, createLimiter } from './rate-limits.ts'

const rate = { points: 3, seconds: 600 }
const api = await useTestApi({ pairingRequestRate: rate, agentTokenRate: rate })

async function requestPairing() {
  const { agentId, secretHash } = newDevice()
  const input = { agentId, secretHash, name: 'Gate box', serial: 'SN-1' }
  return (await api.send(undefined, RequestPairingDocument, { input })).requestPairing
}

test('codes can be had so many times from one network', async () => {
  const answers = []
  for (let time = 0; time < 5; time++) answers.push(await requestPairing())
  expect(answers.map(answer => answer.__typename)).toEqual([
    'PairingCode',
    'PairingCode',
    'PairingCode',
    'Rejection',
    'Rejection',
  ])
  expect(answers.at(-1)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
})

test('tokens can be asked for so many times from one network', async () => {
  const statuses = []
  for (let time = 0; time < 5; time++) statuses.push((await api.fetchAgentToken(newDevice())).status)
  expect(statuses).toEqual([401, 401, 401, 429, 429])
})

test('an attempt that is given back does not count', async () => {
  const limiter = createLimiter(api.database, 'test', rate, { givesBack: true })
  for (let time = 0; time < 10; time++) {
    expect(await limiter.take('one')).toBe(true)
    await limiter.giveBack('one')
  }
  const taken = await Promise.all(Array.from({ length: 10 }, () => limiter.take('one')))
  expect(taken.filter(Boolean)).toHaveLength(3)
  expect(await limiter.take('another')).toBe(true)
})

test('what ran out is cleared, and counts no more', async () => {
  const limiter = createLimiter(api.database, 'clearing', { points: 1, seconds: 600 })
  expect(await limiter.take('one')).toBe(true)
  expect(await limiter.take('one')).toBe(false)
  await clearRateLimits(api.database, new Date())
  expect(await limiter.take('one')).toBe(false)
  await clearRateLimits(api.database, new Date(Date.now() + 601_000))
  // Whoever refused somebody remembers it for as long as it would have lasted.
  const another = createLimiter(api.database, 'clearing', { points: 1, seconds: 600 })
  expect(await another.take('one')).toBe(true)
})

test('a flood from one network asks the database no more once it is refused', async () => {
  let asked = 0
  const database: Pick<typeof api.database, 'inOps'> = {
    inOps(...args) {
      asked += 1
      return api.database.inOps(...args)
    },
  }
  const limiter = createLimiter(database, 'flood', rate)
  for (let time = 0; time < 4; time++) await limiter.take('one')
  for (let time = 0; time < 50; time++) expect(await limiter.take('one')).toBe(false)
  expect(asked).toBe(4)
  expect(await limiter.take('another')).toBe(true)
})
