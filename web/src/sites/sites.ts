import { useEffect } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useConnectionStatus } from '../live/connection-status.ts'

const sitesQuery = graphql(`
  query Sites {
    tenant {
      id
      name
    }
    sites(first: 200) {
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
 * The tenant's name and its sites, for the header and for forms. No subscription tells of sites: they are asked
 * for anew when somebody comes back to the page, when the connection is back, and by `refresh`.
 */
export function useSites() {
  const [{ data }, execute] = useQuery({ query: sitesQuery, requestPolicy: 'cache-and-network' })
  const { phase } = useConnectionStatus()
  const connected = phase === 'connected'
  useEffect(() => {
    const refresh = () => {
      if (connected && document.visibilityState === 'visible') execute({ requestPolicy: 'network-only' })
    }
    refresh()
    document.addEventListener('visibilitychange', refresh)
    return () => document.removeEventListener('visibilitychange', refresh)
  }, [connected, execute])
  return {
    tenant: data?.tenant ?? undefined,
    sites: (data?.sites.edges.map(edge => edge.node) ?? []) as readonly Site[],
    /** Whether the sites are known yet. */
    known: data !== undefined,
    refresh: () => execute({ requestPolicy: 'network-only' }),
  }
}
