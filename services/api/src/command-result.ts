import type { CommandOutcome } from '@sightline/event-log/decide'
import type { CommandAccepted, Rejection, RejectionCode } from '../generated/resolvers.ts'
import type { RequestContext } from './context.ts'

/** A refusal as the schema has it. */
export function rejection(code: RejectionCode, message: string): Rejection & { __typename: 'Rejection' } {
  return { __typename: 'Rejection', code, message }
}

/** The answer to a command about `id`: where its effect stands, or why it was refused. */
export function commandResult(
  context: Pick<RequestContext, 'position'>,
  id: string,
  outcome: CommandOutcome<unknown, RejectionCode>,
): (CommandAccepted & { __typename: 'CommandAccepted' }) | (Rejection & { __typename: 'Rejection' }) {
  if (outcome.outcome === 'rejected') return rejection(outcome.code, outcome.message)
  return { __typename: 'CommandAccepted', id, position: context.position.encode(outcome.position) }
}
