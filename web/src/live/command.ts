import { notifications } from '@mantine/notifications'
import { type AnyVariables, type TypedDocumentNode, useMutation } from 'urql'

/** What a command answers: accepted, or refused with a sentence for people. */
type Answer = { __typename: 'Rejection'; code: string; message: string } | { __typename: string }

/**
 * Sends a command. A refusal or a fault is shown to the person and yields undefined; otherwise the answer.
 * `pick` takes the one field out of the mutation's data.
 */
export function useCommand<Data, Variables extends AnyVariables, Result extends Answer>(
  document: TypedDocumentNode<Data, Variables>,
  pick: (data: Data) => Result,
): [
  (variables: Variables) => Promise<Exclude<Result, { __typename: 'Rejection' }> | undefined>,
  { sending: boolean },
] {
  const [{ fetching }, execute] = useMutation(document)
  const send = async (variables: Variables) => {
    const result = await execute(variables)
    if (result.error || !result.data) {
      const [first] = result.error?.graphQLErrors ?? []
      const traceId = first?.extensions.traceId
      notifications.show({
        color: 'red',
        title: 'That did not work',
        message: `${first?.message ?? 'The server could not be reached. Try again.'}${traceId ? ` (trace ${traceId})` : ''}`,
      })
      return undefined
    }
    const answer = pick(result.data)
    if (answer.__typename === 'Rejection' && 'message' in answer) {
      notifications.show({ color: 'yellow', title: 'Refused', message: answer.message })
      return undefined
    }
    return answer as Exclude<Result, { __typename: 'Rejection' }>
  }
  return [send, { sending: fetching }]
}
