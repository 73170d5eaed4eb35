import { useSubscription } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useMay } from './myself.ts'

const rightsWatch = graphql(`
  subscription RightsWatch {
    agentsChanged {
      position
    }
  }
`)

/**
 * Keeps the socket open on every page, also on those that subscribe to nothing: whoever is signed out or has other
 * rights is told over it at once. Gives whether there is something that one may subscribe to.
 */
export function useRightsWatch(): boolean {
  const watched = useMay()('Subscription.agentsChanged')
  useSubscription({ query: rightsWatch, pause: !watched })
  return watched
}
