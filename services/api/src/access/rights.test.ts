import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { callerOf } from './access-control.ts'
import { type Caller, inScope, isSameRights, type KnownPrincipal, rightsOf, standingOf } from './rights.ts'
import { applyAccessEvent, emptyAccessState, forgetEndedSessions } from './state.ts'
import { type PlacedEvent, recorded, tell } from './test-access-log.ts'

const [tenantId, otherTenant, userId, sessionId, siteId, otherSite, cameraId] = Array.from(
  { length: 7 },
  () => v7(),
) as [string, string, string, string, string, string, string]
const now = new Date('2026-03-01T12:00:00.000Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const person: KnownPrincipal = { kind: 'person', tenantId, id: userId, sessionId }
const caller = (principal: KnownPrincipal, more: Partial<Caller> = {}): Caller => ({
  principal,
  sessionId: principal.kind === 'person' ? principal.sessionId : null,
  keyId: null,
  address: null,
  ...more,
})

function stateOf(...events: PlacedEvent[]) {
  const state = emptyAccessState()
  for (const event of recorded(events)) applyAccessEvent(state, event)
  return state
}

const whole = { kind: 'tenant' }
const narrowed = (siteIds: string[], cameraIds: string[] = []) => ({ kind: 'narrowed', siteIds, cameraIds })

describe('a member', () => {
  const added = tell.memberAdded(tenantId, userId, { role: 'operator' })

  test('whose role counts everywhere has it in the whole tenant, and nowhere else', () => {
    const state = stateOf(added)
    expect(rightsOf(state, person, now)).toEqual({ role: 'operator', scope: whole })
    expect(rightsOf(state, { ...person, tenantId: otherTenant }, now)).toBeUndefined()
    expect(rightsOf(state, { ...person, id: v7() }, now)).toBeUndefined()
  })

  test('has nothing before, and nothing once removed', () => {
    expect(rightsOf(stateOf(), person, now)).toBeUndefined()
    expect(rightsOf(stateOf(added, tell.memberRemoved(tenantId, userId)), person, now)).toBeUndefined()
  })

  test('who was added again has no grant of before', () => {
    const again = tell.memberAdded(tenantId, userId, { role: 'viewer', everywhere: false })
    const granted = tell.scopeGranted(tenantId, userId, { siteIds: [siteId] })
    const state = stateOf(again, granted, tell.memberRemoved(tenantId, userId), again)
    expect(rightsOf(state, person, now)?.scope).toEqual(narrowed([]))
  })

  test('who is not everywhere has the union of the grants that stand', () => {
    const state = stateOf(
      tell.memberAdded(tenantId, userId, { role: 'viewer', everywhere: false }),
      tell.scopeGranted(tenantId, userId, { siteIds: [siteId, otherSite] }),
      tell.scopeGranted(tenantId, userId, { siteIds: [siteId], cameraIds: [cameraId] }),
    )
    const rights = rightsOf(state, person, now)!
    expect(rights).toEqual({ role: 'viewer', scope: narrowed([siteId, otherSite].sort(), [cameraId]) })
    expect(inScope(rights, { siteId })).toBe(true)
    expect(inScope(rights, { siteId: v7(), cameraId })).toBe(true)
    expect(inScope(rights, { siteId: v7(), cameraId: v7() })).toBe(false)
  })

  test('loses a grant when it is revoked, and at its end by the clock, whether or not that was told', () => {
    const grantId = v7()
    const base = [
      tell.memberAdded(tenantId, userId, { role: 'viewer', everywhere: false }),
      tell.scopeGranted(tenantId, userId, { siteIds: [otherSite], endsAt: later(1_000) }),
      tell.scopeGranted(tenantId, userId, { siteIds: [siteId], grantId }),
    ]
    const state = stateOf(...base)
    const before = standingOf(state, caller(person), now.getTime())
    expect(before).toMatchObject({ until: now.getTime() + 1_000 })
    expect(rightsOf(state, person, later(999))?.scope).toEqual(narrowed([siteId, otherSite].sort()))
    expect(rightsOf(state, person, later(1_000))?.scope).toEqual(narrowed([siteId]))
    // A clock that was set back finds the grant again: nothing was thrown away.
    expect(rightsOf(state, person, now)?.scope).toEqual(narrowed([siteId, otherSite].sort()))
    const revoked = stateOf(...base, tell.grantRevoked(tenantId, userId, grantId))
    expect(rightsOf(revoked, person, later(2_000))?.scope).toEqual(narrowed([]))
  })

  test('has other rights with another role, and the same ones where nothing came of a change', () => {
    const state = stateOf(added)
    const before = rightsOf(state, person, now)
    for (const event of recorded([tell.roleChanged(tenantId, userId, 'operator')]))
      applyAccessEvent(state, event)
    expect(isSameRights(before, rightsOf(state, person, now))).toBe(true)
    for (const event of recorded([tell.roleChanged(tenantId, userId, 'viewer')]))
      applyAccessEvent(state, event)
    expect(isSameRights(before, rightsOf(state, person, now))).toBe(false)
  })

  describe('with a session, which remembers what they may,', () => {
    const asked = (...events: PlacedEvent[]) => {
      const started = tell.sessionStarted(userId, tenantId, sessionId, later(60_000))
      const granted = tell.scopeGranted(tenantId, userId, { siteIds: [siteId], grantId: sessionId })
      const narrow = tell.memberAdded(tenantId, userId, { role: 'viewer', everywhere: false })
      const all = recorded([narrow, granted, started, ...events])
      const state = emptyAccessState()
      const before = () => rightsOf(state, person, now)
      for (const event of all.slice(0, 3)) applyAccessEvent(state, event)
      expect(before()).toEqual({ role: 'viewer', scope: narrowed([siteId]) })
      expect(before()).toBe(before())
      for (const event of all.slice(3)) applyAccessEvent(state, event)
      return state
    }
    const rightsAfter = (...events: PlacedEvent[]) => rightsOf(asked(...events), person, now)

    test('has what the next event leaves them', () => {
      expect(rightsAfter(tell.roleChanged(tenantId, userId, 'operator'))).toEqual({
        role: 'operator',
        scope: whole,
      })
      expect(rightsAfter(tell.scopeGranted(tenantId, userId, { siteIds: [otherSite] }))?.scope).toEqual(
        narrowed([siteId, otherSite].sort()),
      )
      expect(rightsAfter(tell.grantRevoked(tenantId, userId, sessionId))?.scope).toEqual(narrowed([]))
      expect(rightsAfter(tell.memberRemoved(tenantId, userId))).toBeUndefined()
      expect(rightsAfter(tell.tenantSuspended(tenantId))).toBeUndefined()
      expect(rightsAfter(tell.sessionEnded(userId, tenantId, sessionId))).toBeUndefined()
      const elsewhere = standingOf(
        asked(tell.allowListSet(tenantId, ['10.0.0.0/8'])),
        caller(person, { address: '11.1.2.3' }),
        now.getTime(),
      )
      expect(elsewhere).toEqual({ none: 'address' })
    })

    test('loses a grant and the session by the clock, and finds the grant again when it is set back', () => {
      const ending = tell.scopeGranted(tenantId, userId, { siteIds: [otherSite], endsAt: later(1_000) })
      const state = asked(ending)
      const both = narrowed([siteId, otherSite].sort())
      expect(rightsOf(state, person, later(999))?.scope).toEqual(both)
      expect(rightsOf(state, person, later(1_000))?.scope).toEqual(narrowed([siteId]))
      expect(rightsOf(state, person, now)?.scope).toEqual(both)
      expect(rightsOf(state, person, later(59_999))?.scope).toEqual(narrowed([siteId]))
      expect(standingOf(state, caller(person), later(60_000).getTime())).toEqual({ none: 'token' })
    })
  })

  test('has nothing while the tenant is suspended', () => {
    const suspended = [added, tell.tenantSuspended(tenantId)]
    expect(rightsOf(stateOf(...suspended), person, now)).toBeUndefined()
    expect(rightsOf(stateOf(...suspended, tell.tenantResumed(tenantId)), person, now)).toBeDefined()
  })

  test.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['11.1.2.3', false],
    ['2001:db8::7', true],
    ['2001:db9::7', false],
    ['nonsense', false],
  ])('who comes from %s is heard: %s', (address, heard) => {
    const state = stateOf(added, tell.allowListSet(tenantId, ['10.0.0.0/8', '2001:db8::/32']))
    const standing = standingOf(state, caller(person, { address }), now.getTime())
    expect(standing).toMatchObject(heard ? { rights: { role: 'operator' } } : { none: 'address' })
    const anywhere = stateOf(
      added,
      tell.allowListSet(tenantId, ['10.0.0.0/8']),
      tell.allowListSet(tenantId, []),
    )
    expect(standingOf(anywhere, caller(person, { address }), now.getTime())).toHaveProperty('rights')
  })

  test('who vanished before they could be asked where they come from is not among those that a list lets in', () => {
    const token = { principal: person, sessionId, keyId: null, expiresAt: later(1), signerGone: null }
    const vanished = callerOf(token, undefined)
    const listed = stateOf(added, tell.allowListSet(tenantId, ['0.0.0.0/0', '::/0']))
    expect(standingOf(listed, vanished, now.getTime())).toEqual({ none: 'address' })
    expect(standingOf(stateOf(added), vanished, now.getTime())).toHaveProperty('rights')
  })
})

describe('a session', () => {
  const added = tell.memberAdded(tenantId, userId)
  const started = tell.sessionStarted(userId, tenantId, sessionId, later(60_000))
  const none = { none: 'token' }

  test('counts until it ends, by event or by the clock', () => {
    expect(standingOf(stateOf(added, started), caller(person), now.getTime())).toMatchObject({
      until: later(60_000).getTime(),
    })
    expect(standingOf(stateOf(added, started), caller(person), later(60_000).getTime())).toEqual(none)
    const ended = stateOf(added, started, tell.sessionEnded(userId, tenantId, sessionId))
    expect(standingOf(ended, caller(person), now.getTime())).toEqual(none)
  })

  test('is nobody else’s, nor of another tenant', () => {
    const [another, member] = [v7(), tell.memberAdded(otherTenant, userId)]
    const state = stateOf(added, started, member, tell.memberAdded(tenantId, another))
    expect(standingOf(state, caller({ ...person, id: another }), now.getTime())).toEqual(none)
    expect(standingOf(state, caller({ ...person, tenantId: otherTenant }), now.getTime())).toEqual(none)
  })

  test('that ended is remembered as long as a token of it could count', () => {
    const state = stateOf(added, started, tell.sessionEnded(userId, tenantId, sessionId))
    forgetEndedSessions(state, later(60_000 + 86_399_999).getTime())
    expect(standingOf(state, caller(person), now.getTime())).toEqual(none)
    forgetEndedSessions(state, later(60_000 + 86_400_000).getTime())
    expect(state.sessions.size).toBe(0)
  })
})

test('a system administrator has the system until dismissed', () => {
  const system: KnownPrincipal = { kind: 'system', id: userId, sessionId: null }
  const appointed = tell.administratorAppointed(userId)
  expect(rightsOf(stateOf(), system, now)).toBeUndefined()
  expect(rightsOf(stateOf(appointed), system, now)).toEqual({ role: 'system_admin', scope: whole })
  expect(rightsOf(stateOf(appointed, tell.administratorDismissed(userId)), system, now)).toBeUndefined()
})

describe('a machine', () => {
  const nodeId = v7()
  const [keyId, otherKey] = [v7(), v7()]
  const node: KnownPrincipal = { kind: 'media_node', id: nodeId }
  const issued = tell.keyIssued(null, nodeId, { keyId, expiresAt: later(60_000).toISOString() })

  test('counts by the key that its token names, until that is revoked or expires', () => {
    const state = stateOf(issued, tell.keyIssued(null, nodeId, { keyId: otherKey }), {
      ...tell.keyRevoked(null, nodeId, otherKey),
    })
    const by = (key: string | null, at = now) => standingOf(state, caller(node, { keyId: key }), at.getTime())
    expect(by(keyId)).toMatchObject({ rights: { role: 'media_node' }, until: later(60_000).getTime() })
    expect(by(null)).toMatchObject({ rights: { role: 'media_node' } })
    expect(by(otherKey)).toEqual({ none: 'token' })
    expect(by(keyId, later(60_000))).toEqual({ none: 'token' })
  })

  test('is of the kind that its key is of', () => {
    const standing = standingOf(stateOf(issued), caller({ kind: 'worker', id: nodeId }), now.getTime())
    expect(standing).toEqual({ none: 'token' })
  })

  test('comes from where its key may be used', () => {
    const state = stateOf(tell.keyIssued(null, nodeId, { addresses: ['192.0.2.0/24'] }))
    const from = (address: string) => standingOf(state, caller(node, { address }), now.getTime())
    expect(from('192.0.2.9')).toHaveProperty('rights')
    expect(from('192.0.3.9')).toEqual({ none: 'address' })
  })

  test('of a tenant counts as long as it is paired or has a key, and the tenant is not suspended', () => {
    const agentId = v7()
    const agent: KnownPrincipal = { kind: 'agent', tenantId, id: agentId }
    const paired = tell.agentPaired(tenantId, agentId, siteId, keyId)
    expect(rightsOf(stateOf(), agent, now)).toBeUndefined()
    expect(rightsOf(stateOf(paired), agent, now)).toMatchObject({ role: 'agent' })
    expect(rightsOf(stateOf(paired, tell.tenantSuspended(tenantId)), agent, now)).toBeUndefined()
    expect(rightsOf(stateOf(paired, tell.keyRevoked(tenantId, agentId, keyId)), agent, now)).toBeUndefined()
    expect(rightsOf(stateOf(paired), { ...agent, tenantId: otherTenant }, now)).toBeUndefined()
    const unpaired = tell.agentUnpaired(tenantId, agentId, keyId)
    expect(rightsOf(stateOf(paired, unpaired), agent, now)).toBeUndefined()
    expect(rightsOf(stateOf(paired, unpaired, paired), agent, now)).toMatchObject({ role: 'agent' })
  })
})

test('an event says whose rights it may have changed', () => {
  const state = emptyAccessState()
  const touched = (event: PlacedEvent) => applyAccessEvent(state, recorded([event])[0]!)
  expect(touched(tell.memberAdded(tenantId, userId))).toEqual({ subjectId: userId })
  expect(touched(tell.tenantSuspended(tenantId))).toEqual({ tenantId })
  expect(touched(tell.allowListSet(tenantId, []))).toEqual({ tenantId })
  expect(touched(tell.sessionStarted(userId, tenantId, sessionId, now))).toEqual({ subjectId: userId })
  expect(touched(tell.sessionEnded(v7(), tenantId, sessionId))).toBeUndefined()
  expect(touched(tell.grantRevoked(tenantId, v7(), v7()))).toBeUndefined()
})
