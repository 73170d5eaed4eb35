import type { CombinedError } from 'urql'

/** What failed, for people, and the id under which the server's log tells more. */
export interface Fault {
  message: string
  traceId: string | undefined
}

const sentences: Record<string, string> = {
  INTERNAL: 'Something went wrong in the server.',
  UNAVAILABLE: 'The server can’t do this at the moment.',
  FORBIDDEN: 'You aren’t allowed to see or do this.',
  RIGHTS_CHANGED: 'Your rights have changed.',
  TOO_MANY_SUBSCRIPTIONS: 'This page follows too many things at once.',
}

/** An error of a query, a command or a subscription as a sentence for people. */
export function faultOf(error: CombinedError): Fault {
  const [first] = error.graphQLErrors
  if (!first) return { message: 'The server could not be reached.', traceId: undefined }
  const { code, traceId } = first.extensions
  return {
    message: (typeof code === 'string' && sentences[code]) || first.message,
    traceId: typeof traceId === 'string' ? traceId : undefined,
  }
}
