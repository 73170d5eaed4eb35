import type { Assignment } from './assignment.ts'

/** What this process has of a session: claimed, and running once the camera's address is known. */
export interface HeldStream {
  streamId: string
  epoch: number
  running: boolean
}

/** What is to be done so that what runs is what is wanted. */
export type Action =
  /** Nobody holds it. */
  | { do: 'claim'; assignment: Assignment }
  /** An earlier process of this node holds it: an epoch numbers its frames from 0, so it needs a new one. */
  | { do: 'release'; assignment: Assignment; epoch: number }
  /** It is ours and its address is known. */
  | { do: 'run'; assignment: Assignment; source: string }
  /** The camera wants it no longer. */
  | { do: 'end'; streamId: string }
  /** A newer epoch replaced ours: whoever has it reports. */
  | { do: 'drop'; streamId: string }

/**
 * Compares what is wanted with what this process has.
 * @param pending streams about which a command is on its way or waits to be tried again: left alone
 */
export function reconcile(state: {
  nodeId: string
  wanted: Iterable<Assignment>
  held: ReadonlyMap<string, HeldStream>
  pending: ReadonlySet<string>
}): Action[] {
  const { nodeId, wanted, held, pending } = state
  const actions: Action[] = []
  const wantedIds = new Set<string>()
  for (const assignment of wanted) {
    const { streamId } = assignment
    wantedIds.add(streamId)
    if (pending.has(streamId)) continue
    const own = held.get(streamId)
    const action = own ? actionForHeld(nodeId, assignment, own) : actionForFree(nodeId, assignment)
    if (action) actions.push(action)
  }
  for (const streamId of held.keys()) {
    if (!wantedIds.has(streamId) && !pending.has(streamId)) actions.push({ do: 'end', streamId })
  }
  return actions
}

function actionForFree(nodeId: string, assignment: Assignment): Action | undefined {
  const { claim } = assignment
  if (claim === null) return { do: 'claim', assignment }
  return claim.nodeId === nodeId ? { do: 'release', assignment, epoch: claim.epoch } : undefined
}

function actionForHeld(nodeId: string, assignment: Assignment, own: HeldStream): Action | undefined {
  const { streamId, claim, source } = assignment
  // A row without our claim is older than the claim, or the claim is lost: renewing the lease tells which.
  if (claim === null || claim.epoch < own.epoch) return undefined
  if (claim.epoch > own.epoch || claim.nodeId !== nodeId) return { do: 'drop', streamId }
  if (own.running || source === null) return undefined
  return { do: 'run', assignment, source }
}
