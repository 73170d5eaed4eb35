import type { IncomingMessage } from 'node:http'
import { TokenRefusedError, type VerifyToken } from '../access/tokens.ts'
import { type Principal, unauthenticated } from '../context.ts'

/**
 * Who sends a request, by its `Authorization: Bearer`; anonymous without one.
 * @throws GraphQLError UNAUTHENTICATED where the token doesn't count
 */
export async function principalOf(request: IncomingMessage, verifyToken: VerifyToken): Promise<Principal> {
  const { authorization } = request.headers
  if (authorization === undefined) return { kind: 'anonymous' }
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1]
  if (!token) throw unauthenticated('Authorization must be a Bearer token')
  try {
    return (await verifyToken(token)).principal
  } catch (error) {
    if (error instanceof TokenRefusedError) throw unauthenticated('The token is not valid or has ended')
    throw error
  }
}
