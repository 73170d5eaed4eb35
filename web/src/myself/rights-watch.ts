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

const systemRightsWatch = graphql(`
  subscription SystemRightsWatch {
    tenantRecordsChanged {
      position
    }
  }
`)

/**
 * Keeps the socket open on every page, also on those that subscribe to nothing: whoever is signed out or has other
 * rights is told over it at once. Gives whether there is something that one may subscribe to.
 */
export function useRightsWatch(): boolean {
  const may = useMay()
  const watched = may('Subscription.agentsChanged')
  const systemWatched = may('Subscription.tenantRecordsChanged')
  useSubscription({ query: rightsWatch, pause: !watched })
  useSubscription({ query: systemRightsWatch, pause: !systemWatched })
  return watched || systemWatched
}
