import { useCallback } from 'react'
import { useClient } from 'urql'
import { graphql } from '../generated/gql.ts'

const pictureAddresses = graphql(`
  query PictureAddresses($personId: UUID!) {
    person(id: $personId) {
      id
      pictures {
        id
        url
      }
    }
  }
`)

/** Asks for a fresh address of a person's picture. */
export function useRenewPicture(): (personId: string, pictureId: string) => Promise<string | undefined> {
  const client = useClient()
  return useCallback(
    async (personId, pictureId) => {
      const { data } = await client.query(pictureAddresses, { personId }, { requestPolicy: 'network-only' })
      return data?.person?.pictures.find(picture => picture.id === pictureId)?.url
    },
    [client],
  )
}
