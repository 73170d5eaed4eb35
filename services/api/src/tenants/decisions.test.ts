import type { TenantEvent } from '@sightline/contracts/tenants'
import { describe, expect, test } from 'vitest'
import { createTenant, resumeTenant, setAllowList, setQuota, suspendTenant } from './decisions.ts'
import { evolveTenant, noTenant } from './state.ts'

const given = (...events: TenantEvent[]) => events.reduce(evolveTenant, noTenant)
const created: TenantEvent = { type: 'TenantCreated', data: { name: 'Harbour' } }
const suspended: TenantEvent = { type: 'TenantSuspended', data: { reason: 'Unpaid' } }
const resumed: TenantEvent = { type: 'TenantResumed', data: {} }
const allowed = (...addresses: string[]): TenantEvent => ({ type: 'AllowListSet', data: { addresses } })
const quota = (cameras: number | null, people: number | null): TenantEvent => ({
  type: 'QuotaSet',
  data: { cameras, people },
})
const notFound = expect.objectContaining({ rejected: 'NOT_FOUND' })

test('a tenant is created once under its id', () => {
  expect(createTenant(noTenant, { name: 'Harbour' })).toEqual([created])
  expect(createTenant(given(created), { name: 'Harbour' })).toEqual([])
  expect(createTenant(given(created), { name: 'Airport' })).toMatchObject({ rejected: 'ID_IN_USE' })
})

test('a tenant is suspended and resumed, each once', () => {
  expect(suspendTenant(given(created), { reason: 'Unpaid' })).toEqual([suspended])
  expect(suspendTenant(given(created, suspended), { reason: 'Unpaid still' })).toEqual([])
  expect(resumeTenant(given(created, suspended))).toEqual([resumed])
  expect(resumeTenant(given(created, suspended, resumed))).toEqual([])
  expect(suspendTenant(given(created, suspended, resumed), { reason: 'Unpaid' })).toEqual([suspended])
})

test('a suspended tenant keeps what was set', () => {
  expect(given(created, allowed('192.0.2.0/24'), quota(5, null), suspended, resumed)).toEqual({
    status: 'active',
    name: 'Harbour',
    addresses: ['192.0.2.0/24'],
    quota: { cameras: 5, people: null },
  })
})

test('a list of networks replaces the one before, unless it is the same', () => {
  const addresses = ['192.0.2.0/24', '2001:db8::/32']
  expect(setAllowList(given(created), { addresses })).toEqual([allowed(...addresses)])
  expect(setAllowList(given(created), { addresses: [...addresses, addresses[0]!] })).toEqual([
    allowed(...addresses),
  ])
  expect(setAllowList(given(created, allowed(...addresses)), { addresses: addresses.toReversed() })).toEqual(
    [],
  )
  expect(setAllowList(given(created, allowed(...addresses)), { addresses: [] })).toEqual([allowed()])
  expect(setAllowList(given(created), { addresses: [] })).toEqual([])
})

test('a quota replaces the one before, unless it is the same', () => {
  expect(setQuota(given(created), { cameras: 5, people: null })).toEqual([quota(5, null)])
  expect(setQuota(given(created, quota(5, null)), { cameras: 5, people: null })).toEqual([])
  expect(setQuota(given(created, quota(5, null)), { cameras: null, people: 0 })).toEqual([quota(null, 0)])
})

describe('of a tenant that is not there', () => {
  test.each([
    ['suspending', suspendTenant(noTenant, { reason: 'Unpaid' })],
    ['resuming', resumeTenant(noTenant)],
    ['an allow-list', setAllowList(noTenant, { addresses: [] })],
    ['a quota', setQuota(noTenant, { cameras: 1, people: 1 })],
  ])('%s finds nothing', (_what, decision) => expect(decision).toEqual(notFound))
})
