import { type AgentState, noAgent } from '../agents/state.ts'
import type { CameraState } from '../cameras/state.ts'
import { noCamera } from '../cameras/state.ts'
import type { RequestContext } from '../context.ts'
import type { SiteState } from '../sites/state.ts'
import { noSite } from '../sites/state.ts'
import { inScope } from './rights.ts'

/*
 * What a stream tells, as the caller may know it: what is outside of their scope is absent, from the look-up on, so that
 * every way from there is the one of something that was never there.
 */

type Caller = Pick<RequestContext, 'rights'>

/** A site, if it is in the caller's scope. */
export function scopedSite({ rights }: Caller, siteId: string, site: SiteState): SiteState {
  return rights && inScope(rights, { siteId }) ? site : noSite
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
