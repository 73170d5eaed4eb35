import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'

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

/** The tenant's name and its sites, for the header and for forms; `refresh` after a site was made. */
export function useSites() {
  const [{ data, fetching, error }, execute] = useQuery({ query: sitesQuery })
  return {
    tenant: data?.tenant ?? undefined,
    sites: data?.sites.edges.map(edge => edge.node) ?? [],
    loading: fetching,
    error,
    refresh: () => execute({ requestPolicy: 'network-only' }),
  }
}
