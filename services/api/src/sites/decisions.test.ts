import { expect, test } from 'vitest'
import { createSite } from './decisions.ts'
import { evolveSite, noSite } from './state.ts'

const created = { type: 'SiteCreated', data: { name: 'North gate' } } as const

test('a site is created', () => {
  expect(createSite(noSite, { name: 'North gate' })).toEqual([created])
})

test('creating the same site again changes nothing', () => {
  expect(createSite(evolveSite(noSite, created), { name: 'North gate' })).toEqual([])
})

test('another site can not take the id', () => {
  const decision = createSite(evolveSite(noSite, created), { name: 'South gate' })
  expect(decision).toMatchObject({ rejected: 'ID_IN_USE' })
})
