import { expect, test } from 'vitest'
import { createTenant } from './decisions.ts'
import { evolveTenant, noTenant } from './state.ts'

const created = { type: 'TenantCreated', data: { name: 'Harbour' } } as const

test('a tenant is created', () => {
  expect(createTenant(noTenant, { name: 'Harbour' })).toEqual([created])
})

test('creating the same tenant again changes nothing', () => {
  expect(createTenant(evolveTenant(noTenant, created), { name: 'Harbour' })).toEqual([])
})

test('another tenant can not take the id', () => {
  const decision = createTenant(evolveTenant(noTenant, created), { name: 'Museum' })
  expect(decision).toMatchObject({ rejected: 'ID_IN_USE' })
})
