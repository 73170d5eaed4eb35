import { GraphQLError } from 'graphql'

/**
 * What stands between a subscription and its subscriber: the rights that it was begun with. When they become others it
 * ends, for good.
 */
export interface DeliveryGate {
  /** Whether what is read now may be told; `unheard` where nobody knows at the moment. */
  check(): 'open' | 'unheard' | 'ended'
  /** Resolves with true once it is known, with false where it ends before. */
  heard(): Promise<boolean>
  /**
   * Is told when it ends, with what the subscriber is told; at once where it has.
   * @returns lets go of the listener
   */
  onEnd(listener: (error: GraphQLError) => void): () => void
}

/** @param position where the rights changed, as the subscriber sees positions */
export function rightsChanged(position: string): GraphQLError {
  return new GraphQLError('Your rights have changed: subscribe again', {
    extensions: { code: 'RIGHTS_CHANGED', position, http: { status: 403 } },
  })
}
