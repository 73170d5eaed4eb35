import { useEffect } from 'react'
import { useQuery, useSubscription } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useConnectionStatus } from '../live/connection-status.ts'
import { myselfQuery, useMay } from './myself.ts'

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
  useMyselfOfTheSocket()
  return watched || systemWatched
}

/** How long to wait until who one is is asked again where that failed, ms. */
const ASK_AGAIN_MS = 5_000

/**
 * Asks who one is as of the position from which on the socket tells changes of rights: one that came between the first
 * answer and the socket, or while it was lost, is told by nobody. What all show is the newest answer.
 */
function useMyselfOfTheSocket(): void {
  const status = useConnectionStatus()
  const atLeast = status.phase === 'connected' ? status.rightsFrom : undefined
  const [{ error }, execute] = useQuery({
    query: myselfQuery,
    variables: { atLeast },
    pause: atLeast === undefined,
    requestPolicy: 'network-only',
  })
  useEffect(() => {
    if (!error) return
    const timer = setTimeout(() => execute({ requestPolicy: 'network-only' }), ASK_AGAIN_MS)
    return () => clearTimeout(timer)
  }, [error, execute])
}
