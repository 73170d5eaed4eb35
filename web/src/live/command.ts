import { useState } from 'react'
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql'
import { type Fault, faultOf } from './faults.ts'

/** What a command answers: accepted, or refused with a sentence for people. */
type Answer = { __typename: 'Rejection'; code: string; message: string } | { __typename: string }

/** Why a command did nothing: the domain refused it, or something broke on the way. */
export type Failure = ({ kind: 'refused' } | { kind: 'fault' }) & Fault

/** A command's way: `send` gives the answer, or undefined where `failure` then says why not. */
export interface Command<Variables, Accepted> {
  send(variables: Variables): Promise<Accepted | undefined>
  sending: boolean
  failure: Failure | undefined
  /** Forgets the failure. */
  clear(): void
}

/** Sends a command. `pick` takes the one field out of the mutation's data. */
export function useCommand<Data, Variables extends AnyVariables, Result extends Answer>(
  document: TypedDocumentNode<Data, Variables>,
  pick: (data: Data) => Result,
): Command<Variables, Exclude<Result, { __typename: 'Rejection' }>> {
  const [{ fetching }, execute] = useMutation(document)
  const [failure, setFailure] = useState<Failure>()
  return {
    sending: fetching,
    failure,
    clear: () => setFailure(undefined),
    async send(variables) {
      setFailure(undefined)
      const { data, error } = await execute(variables)
      if (error) {
        setFailure({ kind: 'fault', ...faultOf(error) })
        return undefined
      }
      if (!data) return undefined
      const answer = pick(data)
      if (answer.__typename === 'Rejection' && 'message' in answer) {
        setFailure({ kind: 'refused', message: answer.message, traceId: undefined })
        return undefined
      }
      return answer as Exclude<Result, { __typename: 'Rejection' }>
    },
  }
}
