import { graphql } from '../generated/gql.ts'
import type { ApiKeysQuery, MachineKind } from '../generated/graphql.ts'

export const apiKeys = graphql(`
  query ApiKeys($first: Int, $after: Cursor, $atLeast: Position) {
    apiKeys(first: $first, after: $after, atLeast: $atLeast) {
      edges {
        node {
          id
          kind
          subjectId
          name
          addresses
          issuedAt
          expiresAt
          revokedAt
          lastUsedAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

/** The machines of a tenant that keys are of. */
export const agentNames = graphql(`
  query AgentNames {
    agents(first: 200) {
      edges {
        node {
          id
          name
          serial
        }
      }
    }
  }
`)

/** A machine's key, without what is secret of it. */
export type ApiKey = ApiKeysQuery['apiKeys']['edges'][number]['node']

const kinds: Record<MachineKind, string> = {
  AGENT: 'Agent',
  MEDIA_NODE: 'Media node',
  WORKER: 'Worker',
}

/** What a kind of machine is called. */
export function kindInWords(kind: MachineKind): string {
  return kinds[kind]
}

/** Whether a key counts, or why it doesn't. */
export function keyState(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date) {
  if (key.revokedAt) return 'revoked'
  return new Date(key.expiresAt) <= now ? 'expired' : 'counts'
}

/** For how long a key may be issued, in days. */
export const keyLives = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'A year' },
] as const

/** The end of a key that is issued now. */
export function endOfKey(days: number, now: Date): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString()
}

/** Networks, one a line or separated by commas, as they were typed. */
export function networksIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map(network => network.trim())
    .filter(network => network !== '')
}
