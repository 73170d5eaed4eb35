import { randomUUID } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mayDo } from '@sightline/api/access/permissions'
import { type KnownPrincipal, standingOf } from '@sightline/api/access/rights'
import {
  type AccessState,
  applyAccessEvent,
  emptyAccessState,
  type RecordedAccessEvent,
} from '@sightline/api/access/state'
import { type PlacedEvent, recorded, tell } from '@sightline/api/access/test-access-log'
import { streamName } from '@sightline/contracts/stream-names'
import { atMost, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'

const MEMBERS = 10_000
const CAMERAS = 10_000
const SITES = 200
const CHECKS = 200_000

interface World {
  events: RecordedAccessEvent[]
  people: KnownPrincipal[]
}

/** A tenant as large as they come: half of its members see some sites and cameras alone, all have a session. */
function largeTenant(): World {
  const tenantId = randomUUID()
  const siteIds = Array.from({ length: SITES }, () => randomUUID())
  const cameraIds = Array.from({ length: CAMERAS }, () => randomUUID())
  const people: KnownPrincipal[] = []
  const placed: PlacedEvent[] = siteIds.map(siteId => ({
    stream: streamName('site', tenantId, siteId),
    tenantId,
    event: { type: 'SiteCreated', data: { name: 'Gate' } },
  }))
  for (const [index, cameraId] of cameraIds.entries())
    placed.push(tell.cameraRegistered(tenantId, cameraId, siteIds[index % SITES]!))
  const expiresAt = new Date(Date.now() + 86_400_000)
  for (let index = 0; index < MEMBERS; index += 1) {
    const [userId, sessionId] = [randomUUID(), randomUUID()]
    people.push({ kind: 'person', tenantId, id: userId, sessionId })
    const narrowed = index % 2 === 1
    placed.push(tell.memberAdded(tenantId, userId, { role: 'operator', everywhere: !narrowed }))
    placed.push(tell.sessionStarted(userId, tenantId, sessionId, expiresAt))
    if (!narrowed) continue
    const sites = [siteIds[index % SITES]!, siteIds[(index * 7) % SITES]!]
    placed.push(tell.scopeGranted(tenantId, userId, { siteIds: sites }))
    placed.push(tell.scopeGranted(tenantId, userId, { cameraIds: [cameraIds[index]!], endsAt: expiresAt }))
  }
  return { events: recorded(placed), people }
}

/** The state that decides who may what: how it is folded, what it holds, and how fast it answers. */
export const access: Section = {
  name: 'access',
  title: `Access state: ${MEMBERS} members, ${CAMERAS} cameras`,
  async measure(progress) {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const heap = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }

    const { events: told, people: signedIn } = largeTenant()
    // As read from tokens and from the log: texts of their own, which the state then holds and the events no longer do.
    const people = JSON.parse(JSON.stringify(signedIn)) as typeof signedIn
    let events: RecordedAccessEvent[] = told.map(({ position, created, ...event }) => ({
      ...JSON.parse(JSON.stringify(event)),
      position,
      created,
    }))
    progress(`folding ${events.length} events`)
    const kept: AccessState[] = []
    const startedAt = performance.now()
    const state = emptyAccessState()
    for (const event of events) applyAccessEvent(state, event)
    const seconds = (performance.now() - startedAt) / 1000
    kept.push(state)
    const now = Date.now()
    for (const principal of people) standingOf(state, callerOf(principal), now)
    events = []
    const withState = heap()

    progress(`${CHECKS} permission checks`)
    // One check a sample, each of another caller than the last thousands: what the state has of them is far from the
    // processor's caches. What their token says is at hand, as it is when a request has just shown it.
    const claims = people.map(principal => JSON.stringify(principal))
    const samples = new Float64Array(CHECKS)
    let allowed = 0
    function check() {
      allowed = 0
      for (let index = 0; index < CHECKS; index += 1) {
        const caller = callerOf(JSON.parse(claims[(index * 7_919) % claims.length]!))
        const before = performance.now()
        const standing = standingOf(state, caller, now)
        if ('rights' in standing && mayDo(standing.rights, 'mutation', 'startStream')) allowed += 1
        samples[index] = (performance.now() - before) * 1000
      }
    }
    // Once for the compiler alone.
    check()
    check()
    if (allowed !== CHECKS) throw new Error(`${CHECKS - allowed} checks refused what is allowed`)
    const clock = new Float64Array(CHECKS)
    for (let index = 0; index < CHECKS; index += 1) {
      const before = performance.now()
      clock[index] = (performance.now() - before) * 1000
    }

    kept.length = 0
    state.tenants.clear()
    state.sessions.clear()
    state.memberships.clear()
    const mebibytes = (withState - heap()) / 1024 / 1024
    const p99 = percentile(samples, 0.99)
    return [
      { name: 'folded', value: seconds, unit: 's', bound: atMost(seconds, 2, '2 s') },
      { name: 'held', value: mebibytes, unit: 'MiB', bound: atMost(mebibytes, 100, '100 MiB') },
      {
        name: 'permission check, p99',
        value: p99,
        unit: 'µs',
        reference: { name: 'reading the clock twice', value: percentile(clock, 0.99), unit: 'µs' },
        bound: atMost(p99, 2, '2 µs'),
      },
      { name: 'permission check, p50', value: percentile(samples, 0.5), unit: 'µs' },
    ]
  },
}

function callerOf(principal: KnownPrincipal) {
  const sessionId = principal.kind === 'person' ? principal.sessionId : null
  return { principal, sessionId, keyId: null, address: null }
}
