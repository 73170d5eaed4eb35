import type { IncomingMessage } from 'node:http'
import { TokenRefusedError, type VerifiedToken, type VerifyToken } from '../access/tokens.ts'
import { unauthenticated } from '../context.ts'

/**
 * The token of a request's `Authorization: Bearer`; undefined without one.
 * @throws GraphQLError UNAUTHENTICATED where the token doesn't count
 */
export async function tokenOf(
  request: IncomingMessage,
  verifyToken: VerifyToken,
): Promise<VerifiedToken | undefined> {
  const { authorization } = request.headers
  if (authorization === undefined) return undefined
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization)?.[1]
  if (!token) throw unauthenticated('Authorization must be a Bearer token')
  try {
    return await verifyToken(token, request)
  } catch (error) {
    if (error instanceof TokenRefusedError) throw unauthenticated('The token is not valid or has ended')
    throw error
  }
}
