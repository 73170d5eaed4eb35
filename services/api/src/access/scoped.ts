import { randomUUID } from 'node:crypto'
import { type AgentState, noAgent } from '../agents/state.ts'
import type { CameraState } from '../cameras/state.ts'
import { noCamera } from '../cameras/state.ts'
import type { RequestContext } from '../context.ts'
import { inScope, type Scope } from './rights.ts'

/*
 * What a stream tells, as the caller may know it: what is outside of their scope is absent, from the look-up on, so that
 * every way from there is the one of something that was never there. Where it is known before the look-up that it is
 * outside, an id that nothing has is looked for instead: to find rows or events and refuse them takes longer than to find
 * none, and the longer the more there are. That goes for repeated commands, too.
 */

type Caller = Pick<RequestContext, 'rights' | 'siteOf'>

/** The id to look for a site under: another one where the caller doesn't see the site itself. */
export function soughtSite({ rights }: Caller, siteId: string): string {
  return rights && inScope(rights, { siteId }) ? siteId : randomUUID()
}

/**
 * The id to look for a site's cameras and sightings under: another one where the caller sees neither the site nor any of
 * its cameras.
 */
export function soughtSiteOfCameras({ rights, siteOf }: Caller, siteId: string): string {
  if (!rights || rights.scope.kind === 'tenant' || inScope(rights, { siteId })) return siteId
  return sitesOfCameras(rights.scope, siteOf).has(siteId) ? siteId : randomUUID()
}

const ofCameras = new WeakMap<Scope, ReadonlySet<string | undefined>>()

/** Thousands may have been granted. No camera changes its site, and one is heard of before it can be granted. */
function sitesOfCameras(scope: Scope & { kind: 'narrowed' }, siteOf: Caller['siteOf']) {
  let sites = ofCameras.get(scope)
  if (!sites) {
    sites = new Set(scope.cameraIds.map(id => siteOf('camera', id)))
    ofCameras.set(scope, sites)
  }
  return sites
}

/** The id to look for a camera or an agent under: another one where the caller is known not to see it. */
export function sought({ rights, siteOf }: Caller, kind: 'camera' | 'agent', id: string): string {
  if (!rights || rights.scope.kind === 'tenant') return id
  const siteId = siteOf(kind, id)
  // Of what the access state has not heard of, rows and events decide.
  if (siteId === undefined) return id
  return inScope(rights, kind === 'camera' ? { siteId, cameraId: id } : { siteId }) ? id : randomUUID()
}

/** A camera, if it or its site is in the caller's scope. */
export function scopedCamera({ rights }: Caller, cameraId: string, camera: CameraState): CameraState {
  if (!rights || camera.status === 'absent') return noCamera
  return inScope(rights, { siteId: camera.siteId, cameraId }) ? camera : noCamera
}

/** An agent, if its site is in the caller's scope. */
export function scopedAgent({ rights }: Caller, agent: AgentState): AgentState {
  if (!rights || agent.status === 'unpaired') return noAgent
  return inScope(rights, { siteId: agent.siteId }) ? agent : noAgent
}
