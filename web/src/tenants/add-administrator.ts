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

/** Its variables, for whoever has an address, as it was typed. */
export function administratorOf(tenantId: string, email: string) {
  return { input: { tenantId, email: email.trim(), role: 'TENANT_ADMIN', everywhere: true } } as const
}
