import { graphql } from '../generated/gql.ts'

/** Makes somebody a member of a tenant that is named. */
export const addAdministrator = graphql(`
  mutation AddAdministrator($input: AddMemberInput!) {
    addMember(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)
