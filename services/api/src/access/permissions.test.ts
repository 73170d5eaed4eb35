import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { expect, test } from 'vitest'
import { actionsOf, isForKind, mayDo, permissions } from './permissions.ts'
import { permissionsPage } from './permissions-page.ts'
import type { Rights } from './rights.ts'
import { declaredRoutes } from './test-declared-routes.ts'

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions() })
const everywhere = (role: Rights['role']): Rights => ({ role, scope: { kind: 'tenant' } })
const inOneSite = (role: Rights['role']): Rights => ({
  role,
  scope: { kind: 'narrowed', siteIds: ['a'], cameraIds: [] },
})

test('every field of the roots has its row, and no row is without its field', () => {
  for (const [name, root] of [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const) {
    expect(Object.keys(permissions[name]).sort()).toEqual(Object.keys(root!.getFields()).sort())
  }
})

test('every route over HTTP has its row, and no row is without its route', () => {
  expect(Object.keys(permissions.route).sort()).toEqual(declaredRoutes())
})

test('strangers may ask for a pairing code alone', () => {
  const { query, mutation, subscription } = permissions
  const open = [query, mutation, subscription].flatMap(rows =>
    Object.entries(rows)
      .filter(([, row]) => 'anonymous' in row)
      .map(([field]) => field),
  )
  expect(open).toEqual(['requestPairing'])
})

test('a role has its row, and no other', () => {
  expect(mayDo(everywhere('viewer'), 'query', 'cameras')).toBe(true)
  expect(mayDo(everywhere('viewer'), 'mutation', 'startStream')).toBe(false)
  expect(mayDo(everywhere('operator'), 'mutation', 'startStream')).toBe(true)
  expect(mayDo(everywhere('operator'), 'mutation', 'registerCamera')).toBe(false)
  expect(mayDo(everywhere('site_manager'), 'mutation', 'registerCamera')).toBe(true)
  expect(mayDo(everywhere('site_manager'), 'mutation', 'addMember')).toBe(false)
  expect(mayDo(everywhere('tenant_admin'), 'mutation', 'addMember')).toBe(true)
  expect(mayDo(everywhere('tenant_admin'), 'mutation', 'suspendTenant')).toBe(false)
  expect(mayDo(everywhere('system_admin'), 'mutation', 'suspendTenant')).toBe(true)
  expect(mayDo(everywhere('system_admin'), 'query', 'cameras')).toBe(false)
  expect(mayDo(everywhere('media_node'), 'mutation', 'claimStream')).toBe(true)
  expect(mayDo(everywhere('worker'), 'mutation', 'claimStream')).toBe(false)
})

test('what is for the whole tenant is for nobody who sees a part of it', () => {
  expect(mayDo(everywhere('site_manager'), 'mutation', 'createSite')).toBe(true)
  expect(mayDo(inOneSite('site_manager'), 'mutation', 'createSite')).toBe(false)
  expect(mayDo(inOneSite('site_manager'), 'mutation', 'registerCamera')).toBe(true)
  expect(mayDo(inOneSite('viewer'), 'query', 'cameras')).toBe(true)
})

test('of what the table does not know nobody may', () => {
  for (const action of ['nothing', 'toString', 'constructor', '__proto__', 'hasOwnProperty']) {
    expect(mayDo(everywhere('tenant_admin'), 'query', action)).toBe(false)
    expect(mayDo(undefined, 'mutation', action)).toBe(false)
    expect(isForKind('person', 'route', action)).toBe(false)
  }
  expect(mayDo(undefined, 'query', '__schema')).toBe(false)
  expect(mayDo(everywhere('viewer'), 'query', '__schema')).toBe(true)
})

test('the page of the documents is the table: `node services/api/src/access/write-permissions-page.ts` writes it', () => {
  expect(readFileSync(join(import.meta.dirname, 'PERMISSIONS.md'), 'utf8')).toBe(permissionsPage())
})

test('whoever asks what they may is told what the table says', () => {
  expect(actionsOf(undefined)).toEqual(['Mutation.requestPairing'])
  expect(actionsOf(everywhere('viewer'))).toContain('Subscription.sightings')
  expect(actionsOf(everywhere('viewer'))).not.toContain('Mutation.startStream')
  expect(actionsOf(everywhere('site_manager'))).toContain('Mutation.createSite')
  expect(actionsOf(inOneSite('site_manager'))).toContain('Mutation.registerCamera')
  expect(actionsOf(inOneSite('site_manager'))).not.toContain('Mutation.createSite')
})
