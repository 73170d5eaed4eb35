import { useCallback } from 'react'
import { useClient } from 'urql'
import { graphql } from '../generated/gql.ts'

const cropAddress = graphql(`
  query CropAddress($id: UUID!) {
    sighting(id: $id) {
      id
      cropUrl
    }
  }
`)

/** Asks for a fresh address of a sighting's crop. */
export function useRenewCrop(): (sightingId: string) => Promise<string | undefined> {
  const client = useClient()
  return useCallback(
    async id => {
      const { data } = await client.query(cropAddress, { id }, { requestPolicy: 'network-only' })
      return data?.sighting?.cropUrl
    },
    [client],
  )
}
