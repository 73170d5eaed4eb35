import { graphql } from '../generated/gql.ts'

/** Lets a member's role count in some sites and for some cameras more. */
export const grantScope = graphql(`
  mutation GrantScope($input: GrantScopeInput!) {
    grantScope(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)
