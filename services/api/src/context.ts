import { randomUUID } from 'node:crypto'
import type { ReadScope } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import type { CommandContext } from '@sightline/event-log/decide'
import type { Logger } from '@sightline/logging/logging'
import type { Turns } from '@sightline/waiting/turns'
import { GraphQLError } from 'graphql'
import type { Rights } from './access/rights.ts'
import type { Loaders } from './loaders.ts'
import type { DeliveryGate } from './reading/delivery-gate.ts'
import type { CursorCodec, PositionCodec } from './reading/positions.ts'

/** Who sends a request, as their token says; `anonymous` without one. Ids of people are the token's subject. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'person'; tenantId: string; id: string; sessionId: string | null }
  | { kind: 'system'; id: string; sessionId: string | null }
  | { kind: 'agent'; tenantId: string; id: string }
  | { kind: 'media_node'; id: string }
  | { kind: 'worker'; id: string }

/** What every resolver is given: of one request over HTTP, or of one delivered change of a subscription. */
export interface RequestContext {
  readonly principal: Principal
  /** What the caller may, as it was decided for this operation; undefined for strangers. */
  readonly rights: Rights | undefined
  /**
   * Reads under the caller's rights. All reads of one operation, or of one delivered change, see one snapshot;
   * for someone without a right to read models it throws FORBIDDEN.
   */
  readonly read: <T>(use: (read: Sql) => Promise<T>) => Promise<T>
  /** What `read` shows, for lists to begin with it; undefined where it shows the whole tenant. */
  readonly scope: ReadScope | undefined
  /**
   * The site of a camera of the caller's tenant, or the one at which an agent was paired last, seen by them or not;
   * undefined for one that the access state has not heard of.
   * @throws AccessUnavailableError where the log isn't heard
   */
  siteOf(kind: 'camera' | 'agent', id: string): string | undefined
  /** Turns log positions into the caller's tokens and back. */
  readonly position: PositionCodec
  readonly cursors: CursorCodec
  /**
   * Who, when and why, for a command's events; the tenant is the principal's.
   * @param commandId the caller's own, so that a retry is recognised; made if absent
   * @throws GraphQLError UNAUTHENTICATED for an anonymous principal
   */
  command(commandId?: string | null): CommandContext
  readonly remoteAddress: string
  /** W3C Trace Context, valid always: the caller's, or one that was made. */
  readonly traceparent: string
  readonly loaders: Loaders
  /** Of the socket that carries a subscription: one message at a time is made and sent. */
  readonly socketTurns?: Turns
  /** Of the socket that carries a subscription: whether what is read may be told. */
  readonly gate?: DeliveryGate
  readonly logger: Logger
}

/** The tenant of a principal; null where it has none. */
export function tenantOf(principal: Principal): string | null {
  return 'tenantId' in principal ? principal.tenantId : null
}

/**
 * The principal, if it is of one of these kinds.
 * @throws GraphQLError UNAUTHENTICATED without a token, FORBIDDEN with one of another kind
 */
export function requirePrincipal<Kind extends Principal['kind']>(
  context: Pick<RequestContext, 'principal'>,
  ...kinds: Kind[]
): Extract<Principal, { kind: Kind }> {
  const { principal } = context
  if ((kinds as string[]).includes(principal.kind)) return principal as Extract<Principal, { kind: Kind }>
  throw principal.kind === 'anonymous' ? unauthenticated() : forbidden()
}

/** No token, or none that counts. */
export function unauthenticated(message = 'This needs a valid token'): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } })
}

/** A valid token of a principal that may not do this. */
export function forbidden(): GraphQLError {
  return new GraphQLError('This is not for this kind of principal', {
    extensions: { code: 'FORBIDDEN', http: { status: 403 } },
  })
}

/** The request itself is wrong; `message` tells what, and is shown as it is. */
export function badRequest(message: string, code = 'BAD_REQUEST'): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}

/**
 * Who, when and why, for the events of a principal's command.
 * @throws GraphQLError UNAUTHENTICATED for an anonymous principal
 */
export function commandContext(options: {
  principal: Principal
  commandId: string | null | undefined
  traceparent: string
  now: Date
}): CommandContext {
  const { principal, traceparent, now } = options
  if (principal.kind === 'anonymous') throw unauthenticated()
  const commandId = options.commandId ?? randomUUID()
  return {
    tenantId: tenantOf(principal),
    actor: {
      principal: principal.kind,
      id: principal.id,
      sessionId: 'sessionId' in principal ? principal.sessionId : null,
    },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent,
    now,
  }
}
