import { useEffect } from 'react'
import { useClient, useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useConnectionStatus } from '../live/connection-status.ts'
import { useMay } from '../myself/myself.ts'

const sitesQuery = graphql(`
  query Sites($atLeast: Position) {
    sites(first: 200, atLeast: $atLeast) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

/** A site by its id and name. */
export interface Site {
  id: string
  name: string
}

/**
 * The sites that one sees, for the header and for forms. No subscription tells of sites: they are asked
 * for anew when somebody comes back to the page, when the connection is back, and by `refresh`.
 */
export function useSites() {
  const pause = !useMay()('Query.sites')
  const client = useClient()
  const [{ data }, execute] = useQuery({ query: sitesQuery, requestPolicy: 'cache-and-network', pause })
  const { phase } = useConnectionStatus()
  const connected = phase === 'connected'
  useEffect(() => {
    const refresh = () => {
      if (connected && !pause && document.visibilityState === 'visible')
        execute({ requestPolicy: 'network-only' })
    }
    refresh()
    document.addEventListener('visibilitychange', refresh)
    return () => document.removeEventListener('visibilitychange', refresh)
  }, [connected, execute, pause])
  return {
    sites: (data?.sites.edges.map(edge => edge.node) ?? []) as readonly Site[],
    /** Whether the sites are known yet. */
    known: data !== undefined,
    /** Asks for them as they are at a position that a command answered, or later. */
    async refresh(atLeast: string) {
      // The cache holds what is asked for at a position apart: all who use this hook share the list without one.
      await client.query(sitesQuery, { atLeast }, { requestPolicy: 'network-only' }).toPromise()
      execute({ requestPolicy: 'network-only' })
    },
  }
}
