import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { createRequestContexts } from '../request-contexts.ts'
import type { Rights } from './rights.ts'
import { sought, soughtSite, soughtSiteOfCameras } from './scoped.ts'
import { applyAccessEvent, emptyAccessState } from './state.ts'
import { type PlacedEvent, recorded, tell } from './test-access-log.ts'

const [tenantId, here, elsewhere, cameraHere, cameraElsewhere, agentId] = Array.from({ length: 6 }, () =>
  v7(),
) as [string, string, string, string, string, string]

const cameras = [
  tell.cameraRegistered(tenantId, cameraHere, here),
  tell.cameraRegistered(tenantId, cameraElsewhere, elsewhere),
]

/** What resolvers are given for a member with these rights, after these events. */
function contextOf(scope: Rights['scope'], ...events: PlacedEvent[]) {
  const state = emptyAccessState()
  for (const event of recorded(events)) applyAccessEvent(state, event)
  const contexts = createRequestContexts({
    database: { asPrincipal: () => Promise.reject(new Error('nothing is read')) },
    tenantAccess: id => state.tenants.get(id),
    positionKey: new Uint8Array(32),
    now: () => new Date(),
  })
  const { context } = contexts.open({
    principal: { kind: 'person', tenantId, id: v7(), sessionId: null },
    rights: { role: 'site_manager', scope },
    remoteAddress: '127.0.0.1',
    traceparent: '',
    logger: { info: () => {}, warn: () => {}, error: () => {} } as never,
  })
  return context
}

const narrowed = (siteIds: string[], cameraIds: string[] = []) =>
  ({ kind: 'narrowed', siteIds, cameraIds }) as const

describe('who sees a site', () => {
  const context = contextOf(narrowed([here]), ...cameras)

  test('looks for it and its cameras under their ids', () => {
    expect(soughtSite(context, here)).toBe(here)
    expect(soughtSiteOfCameras(context, here)).toBe(here)
    expect(sought(context, 'camera', cameraHere)).toBe(cameraHere)
  })

  test('looks for another site and its camera under ids that nothing has', () => {
    const ids = [
      soughtSite(context, elsewhere),
      soughtSiteOfCameras(context, elsewhere),
      sought(context, 'camera', cameraElsewhere),
    ]
    expect(new Set([...ids, elsewhere, cameraElsewhere, here, cameraHere]).size).toBe(7)
  })

  test('looks for what nobody has heard of: it may just have been made', () => {
    const unheard = v7()
    expect(sought(context, 'camera', unheard)).toBe(unheard)
    expect(sought(context, 'agent', unheard)).toBe(unheard)
  })
})

test('who sees a camera alone looks for it, and for its site’s cameras, and not for the site', () => {
  const context = contextOf(narrowed([], [cameraHere]), ...cameras)
  expect(sought(context, 'camera', cameraHere)).toBe(cameraHere)
  expect(soughtSiteOfCameras(context, here)).toBe(here)
  expect(soughtSite(context, here)).not.toBe(here)
  expect(soughtSiteOfCameras(context, elsewhere)).not.toBe(elsewhere)
  expect(sought(context, 'camera', cameraElsewhere)).not.toBe(cameraElsewhere)
})

test('who sees the whole tenant looks for everything', () => {
  const context = contextOf({ kind: 'tenant' }, ...cameras)
  expect(soughtSite(context, elsewhere)).toBe(elsewhere)
  expect(soughtSiteOfCameras(context, elsewhere)).toBe(elsewhere)
  expect(sought(context, 'camera', cameraElsewhere)).toBe(cameraElsewhere)
})

test('an agent is where it was paired last', () => {
  const credentialId = v7()
  const paired = tell.agentPaired(tenantId, agentId, elsewhere, credentialId)
  const unpaired = tell.agentUnpaired(tenantId, agentId, credentialId)
  const seenAfter = (...events: PlacedEvent[]) =>
    sought(contextOf(narrowed([here]), ...events), 'agent', agentId) === agentId
  expect(seenAfter(paired)).toBe(false)
  expect(seenAfter(paired, unpaired)).toBe(false)
  expect(seenAfter(paired, unpaired, tell.agentPaired(tenantId, agentId, here))).toBe(true)
})
