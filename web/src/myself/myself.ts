import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import { type Fault, faultOf } from '../live/faults.ts'
import { useSession } from '../session.ts'

/** Who one is; with a position, as of that or later. */
export const myselfQuery = graphql(`
  query Myself($atLeast: Position) {
    myself(atLeast: $atLeast) {
      id
      email
      role
      everywhere
      sessionId
      systemAdministrator
      may
      tenant {
        id
        name
      }
      tenants {
        id
        name
        role
      }
    }
  }
`)

/** Whether one may ask for a field of the schema's roots, such as `Mutation.addMember`. */
export type May = (coordinate: RootField) => boolean

/** A field of a root, by its coordinate in the schema. */
export type RootField = `${'Query' | 'Mutation' | 'Subscription'}.${string}`

/**
 * Who is signed in and what they may: the one thing by which the page decides what it offers. Whoever's rights change
 * has another connection, by which it is asked for anew, as it is whenever a socket begins to tell such changes. While it
 * isn't known nothing is offered.
 */
export function useMyself() {
  const [{ data, error }, execute] = useQuery({ query: myselfQuery, variables: {} })
  const session = useSession()
  const sessionId = session.phase === 'signed in' ? session.held.sessionId : undefined
  // Whoever has just gone to another tenant isn't who they were in the last one.
  const myself = data?.myself.sessionId === sessionId ? data?.myself : undefined
  const may: May = coordinate => myself?.may.includes(coordinate) ?? false
  const fault: Fault | undefined = error && !myself ? faultOf(error) : undefined
  return { myself, may, fault, retry: () => execute({ requestPolicy: 'network-only' }) }
}

/** What one may. */
export function useMay(): May {
  return useMyself().may
}
