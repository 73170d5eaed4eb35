import { graphql } from '../generated/gql.ts'
import type { SightingFieldsFragment } from '../generated/graphql.ts'

export const sightingFields = graphql(`
  fragment SightingFields on Sighting {
    id
    status
    similarity
    firstSeenAt
    lastSeenAt
    decidedAt
    cropUrl
    person {
      id
      name
    }
    camera {
      id
      name
    }
    site {
      id
      name
    }
  }
`)

/** A sighting as lists show it. */
export type Sighting = SightingFieldsFragment

/** How a sighting's subject is called. */
export function subjectName(person: { name: string | null } | null): string {
  if (!person) return 'Unknown'
  return person.name ?? 'Erased person'
}

/** Newest first; of the same instant always in the same order. */
export function newestFirst(
  one: Pick<Sighting, 'firstSeenAt' | 'id'>,
  other: Pick<Sighting, 'firstSeenAt' | 'id'>,
): number {
  return other.firstSeenAt.localeCompare(one.firstSeenAt) || other.id.localeCompare(one.id)
}
