import type { MemberEvent, Role } from '@sightline/contracts/members'
import { describe, expect, test } from 'vitest'
import {
  addMember,
  changeRole,
  endGrants,
  grantScope,
  MAX_GRANTS,
  removeMember,
  revokeGrant,
} from './decisions.ts'
import { evolveMembers, noMembers } from './state.ts'

const given = (...events: MemberEvent[]) => events.reduce(evolveMembers, noMembers)
const id = (last: number) => `0199c1c4-3c5e-7a21-9b1c-${String(last).padStart(12, '0')}`
const [ada, ben, cy] = [id(1), id(2), id(3)]
const [site, camera] = [id(10), id(11)]
const [grant, otherGrant] = [id(20), id(21)]
const now = new Date('2026-06-01T12:00:00.000Z')
const later = '2026-06-01T13:00:00.000Z'

const added = (userId: string, role: Role = 'tenant_admin', everywhere = true): MemberEvent => ({
  type: 'MemberAdded',
  data: { userId, keyId: id(99), email: 'ada@example.com', role, everywhere },
})
const changed = (userId: string, role: Role, everywhere = true): MemberEvent => ({
  type: 'MemberRoleChanged',
  data: { userId, role, everywhere },
})
const granted = (userId: string, grantId = grant, endsAt: string | null = null): MemberEvent => ({
  type: 'ScopeGranted',
  data: { grantId, userId, siteIds: [site], cameraIds: [], endsAt },
})
const revoked = (userId: string, grantId = grant): MemberEvent => ({
  type: 'GrantRevoked',
  data: { grantId, userId },
})
const ended = (userId: string, grantId = grant): MemberEvent => ({
  type: 'GrantEnded',
  data: { grantId, userId },
})
const removed = (userId: string): MemberEvent => ({ type: 'MemberRemoved', data: { userId } })
const refusal = (code: string) => expect.objectContaining({ rejected: code })

describe('adding', () => {
  const viewer = {
    userId: ben,
    keyId: id(99),
    email: 'ada@example.com',
    role: 'viewer',
    everywhere: false,
  } as const

  test('a tenant begins with whom the system adds', () => {
    expect(addMember(given(), { ...viewer, by: null })).toEqual([added(ben, 'viewer', false)])
  })

  test('a member who is the same already is left alone, another role is a change', () => {
    const state = given(added(ada), added(ben, 'viewer', false))
    expect(addMember(state, { ...viewer, by: ada })).toEqual([])
    expect(addMember(state, { ...viewer, role: 'operator', by: ada })).toEqual(refusal('ALREADY_MEMBER'))
    expect(addMember(state, { ...viewer, everywhere: true, by: ada })).toEqual(refusal('ALREADY_MEMBER'))
  })

  test('whoever was removed can be added again, without the grants of before', () => {
    const state = given(added(ada), added(ben, 'viewer', false), granted(ben), revoked(ben), removed(ben))
    expect(addMember(state, { ...viewer, by: ada })).toEqual([added(ben, 'viewer', false)])
    const again = evolveMembers(state, added(ben, 'viewer', false))
    expect(again.members.get(ben)?.grants.size).toBe(0)
  })
})

describe('whoever commands', () => {
  const commands = {
    addMember: (by: string) =>
      addMember(given(added(ada), added(ben, 'operator')), {
        userId: cy,
        keyId: id(99),
        email: 'ada@example.com',
        role: 'viewer',
        everywhere: true,
        by,
      }),
    changeRole: (by: string) =>
      changeRole(given(added(ada), added(ben, 'operator')), {
        userId: ben,
        role: 'viewer',
        everywhere: true,
        by,
      }),
    grantScope: (by: string) =>
      grantScope(given(added(ada), added(ben, 'operator', false)), {
        grantId: grant,
        userId: ben,
        siteIds: [site],
        cameraIds: [],
        endsAt: null,
        by,
        now,
      }),
    revokeGrant: (by: string) =>
      revokeGrant(given(added(ada), added(ben, 'operator', false), granted(ben)), { grantId: grant, by }),
    removeMember: (by: string) =>
      removeMember(given(added(ada), added(ben, 'operator')), { userId: ben, by }),
  }
  test.each(Object.entries(commands))('%s is an administrator at that very revision', (_name, command) => {
    expect(command(ada)).toHaveLength(1)
    expect(command(ben)).toEqual(refusal('RIGHTS_CHANGED'))
    expect(command(cy)).toEqual(refusal('RIGHTS_CHANGED'))
  })
})

describe('roles', () => {
  test('change, and not what is so already', () => {
    const state = given(added(ada), added(ben, 'viewer'))
    const to = { userId: ben, role: 'operator', everywhere: false, by: ada } as const
    expect(changeRole(state, to)).toEqual([changed(ben, 'operator', false)])
    expect(changeRole(given(added(ada), added(ben, 'operator', false)), to)).toEqual([])
    expect(changeRole(state, { ...to, userId: cy })).toEqual(refusal('NOT_FOUND'))
  })

  test('one that counts everywhere takes the grants away, which do not come back', () => {
    const state = given(added(ada), added(ben, 'viewer', false), granted(ben), granted(ben, otherGrant))
    const decision = changeRole(state, { userId: ben, role: 'viewer', everywhere: true, by: ada })
    expect(decision).toEqual([revoked(ben), revoked(ben, otherGrant), changed(ben, 'viewer')])
    const after = (decision as MemberEvent[]).reduce(evolveMembers, state)
    expect(evolveMembers(after, changed(ben, 'viewer', false)).members.get(ben)?.grants.size).toBe(0)
  })
})

describe('the last administrator', () => {
  test('neither leaves nor steps down', () => {
    const state = given(added(ada), added(ben, 'site_manager'))
    expect(removeMember(state, { userId: ada, by: ada })).toEqual(refusal('LAST_ADMIN'))
    expect(removeMember(state, { userId: ada, by: null })).toEqual(refusal('LAST_ADMIN'))
    expect(changeRole(state, { userId: ada, role: 'viewer', everywhere: true, by: ada })).toEqual(
      refusal('LAST_ADMIN'),
    )
  })

  test('may leave once there is another', () => {
    const state = given(added(ada), added(ben, 'viewer'), changed(ben, 'tenant_admin'))
    expect(removeMember(state, { userId: ada, by: ada })).toEqual([removed(ada)])
  })

  test('of two who remove each other one stays, whoever is first', () => {
    const both = () => given(added(ada), added(ben))
    const byAda = { userId: ben, by: ada }
    const byBen = { userId: ada, by: ben }
    for (const [first, second] of [
      [byAda, byBen],
      [byBen, byAda],
    ] as const) {
      const decision = removeMember(both(), first) as MemberEvent[]
      expect(decision).toEqual([removed(first.userId)])
      expect(removeMember(decision.reduce(evolveMembers, both()), second)).toEqual(refusal('RIGHTS_CHANGED'))
    }
  })
})

describe('grants', () => {
  const narrowed = (...more: MemberEvent[]) => given(added(ada), added(ben, 'operator', false), ...more)
  const input = { grantId: grant, userId: ben, siteIds: [site], cameraIds: [], endsAt: null, by: ada, now }

  test('are given to those whose role is narrowed', () => {
    expect(grantScope(narrowed(), input)).toEqual([granted(ben)])
    expect(grantScope(narrowed(), { ...input, endsAt: later })).toEqual([granted(ben, grant, later)])
    expect(grantScope(given(added(ada), added(ben, 'operator')), input)).toEqual(refusal('GRANT_NOT_NEEDED'))
    expect(grantScope(narrowed(), { ...input, userId: cy })).toEqual(refusal('NOT_FOUND'))
  })

  test('name each site and camera once, in order', () => {
    const decision = grantScope(narrowed(), { ...input, siteIds: [site, camera, site], cameraIds: [camera] })
    expect(decision).toMatchObject([{ data: { siteIds: [site, camera], cameraIds: [camera] } }])
  })

  test('have an id of their own, which a repetition may name again', () => {
    expect(grantScope(narrowed(granted(ben)), input)).toEqual([])
    const other = { ...input, siteIds: [], cameraIds: [camera] }
    expect(grantScope(narrowed(granted(ben)), other)).toEqual(refusal('ID_IN_USE'))
    expect(grantScope(narrowed(granted(ben), revoked(ben)), input)).toEqual(refusal('ID_IN_USE'))
  })

  test('do not end before they begin', () => {
    const past = { ...input, endsAt: now.toISOString() }
    expect(grantScope(narrowed(), past)).toEqual(refusal('EXPIRY_NOT_ACCEPTED'))
  })

  test('of one member are bounded', () => {
    const many = Array.from({ length: MAX_GRANTS }, (_, index) => granted(ben, id(1_000 + index)))
    expect(grantScope(narrowed(...many.slice(1)), input)).toHaveLength(1)
    expect(grantScope(narrowed(...many), input)).toEqual(refusal('TOO_MANY_GRANTS'))
  })

  test('are revoked once', () => {
    const by = ada
    expect(revokeGrant(narrowed(granted(ben)), { grantId: grant, by })).toEqual([revoked(ben)])
    expect(revokeGrant(narrowed(granted(ben), revoked(ben)), { grantId: grant, by })).toEqual([])
    expect(revokeGrant(narrowed(granted(ben), ended(ben)), { grantId: grant, by })).toEqual([])
    expect(revokeGrant(narrowed(), { grantId: grant, by })).toEqual(refusal('NOT_FOUND'))
  })

  test('go with their member', () => {
    expect(removeMember(narrowed(granted(ben)), { userId: ben, by: ada })).toEqual([
      revoked(ben),
      removed(ben),
    ])
    const state = narrowed(granted(ben), revoked(ben), removed(ben))
    expect(revokeGrant(state, { grantId: grant, by: ada })).toEqual([])
  })

  test('end when their time has come, each once', () => {
    const state = () => narrowed(granted(ben, grant, later), granted(ben, otherGrant))
    expect(endGrants(state(), now)).toEqual([])
    expect(endGrants(state(), new Date(later))).toEqual([ended(ben)])
    expect(endGrants(evolveMembers(state(), ended(ben)), new Date(later))).toEqual([])
  })
})
