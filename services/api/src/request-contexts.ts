import { createHash } from 'node:crypto'
import type { Database } from '@sightline/database/database'
import type { ReadPrincipal } from '@sightline/database/roles'
import type { Logger } from '@sightline/logging/logging'
import { newTraceparent } from '@sightline/logging/traceparent'
import type { Turns } from '@sightline/waiting/turns'
import type { Rights, Scope } from './access/rights.ts'
import type { TenantAccess } from './access/state.ts'
import { commandContext, forbidden, type Principal, type RequestContext, tenantOf } from './context.ts'
import { createLoaders, type Loaders } from './loaders.ts'
import type { DeliveryGate } from './reading/delivery-gate.ts'
import { createCodecs, type PositionCodec } from './reading/positions.ts'
import { openSnapshot, type Snapshot } from './reading/snapshot.ts'

/** Who sends an operation, and from where. */
export interface OperationCaller {
  principal: Principal
  /** What they may; undefined for strangers. */
  rights: Rights | undefined
  remoteAddress: string
  traceparent: string
  logger: Logger
  /** Of the socket that carries a subscription. */
  socketTurns?: Turns
  gate?: DeliveryGate
}

/** What is read of one state of the database. */
export interface ReadTogether {
  snapshot: Snapshot
  loaders: Loaders
}

/** Makes what resolvers are given. */
export interface RequestContexts {
  /** A context over a snapshot of its own, which whoever asked for it finishes. */
  open(caller: OperationCaller): { context: RequestContext; snapshot: Snapshot }
  /** A snapshot under somebody's rights, and loaders over it, for all who have the same. */
  openSnapshot(caller: Pick<OperationCaller, 'principal' | 'rights'>): ReadTogether
  /** A context over a snapshot that others may read too. */
  within(caller: OperationCaller, together: ReadTogether): RequestContext
  /** Equal for principals who read under the same rights. */
  readerKeyOf(caller: Pick<OperationCaller, 'principal' | 'rights'>): string
  /** The positions of a principal, as they see them. */
  positionsOf(principal: Principal): PositionCodec
}

/** How many tenants' codecs are kept; making them costs two key derivations. */
const KEPT_CODECS = 1_000

/**
 * @param options.positionKey the server's key for `position`
 * @param options.tenantAccess what the access state knows of a tenant
 */
export function createRequestContexts(options: {
  database: Pick<Database, 'asPrincipal'>
  tenantAccess: (tenantId: string) => Pick<TenantAccess, 'cameras' | 'agentSites'> | undefined
  positionKey: Uint8Array
  now: () => Date
}): RequestContexts {
  const { database, tenantAccess, positionKey, now } = options
  const codecs = new Map<string, ReturnType<typeof createCodecs>>()

  function codecsOf(principal: Principal): ReturnType<typeof createCodecs> {
    const scope = tenantOf(principal) ?? 'machine'
    let kept = codecs.get(scope)
    if (!kept) {
      kept = createCodecs(positionKey, scope)
      if (codecs.size >= KEPT_CODECS) codecs.delete(codecs.keys().next().value!)
      codecs.set(scope, kept)
    }
    return kept
  }

  function readTogether({ principal, rights }: Pick<OperationCaller, 'principal' | 'rights'>): ReadTogether {
    const reader = readerOf(principal, rights)
    const snapshot = openSnapshot(use => {
      if (!reader) throw forbidden()
      return database.asPrincipal(reader, use)
    })
    let loaders: Loaders | undefined
    return {
      snapshot,
      // A subscription's own context waits for days and loads nothing.
      get loaders() {
        loaders ??= createLoaders(snapshot.read)
        return loaders
      },
    }
  }

  function within(caller: OperationCaller, together: ReadTogether): RequestContext {
    const { principal, rights, remoteAddress, traceparent, logger, socketTurns, gate } = caller
    const { position, cursors } = codecsOf(principal)
    const reader = readerOf(principal, rights)
    const tenantId = tenantOf(principal)
    return {
      principal,
      rights,
      remoteAddress,
      traceparent,
      logger,
      ...(socketTurns && { socketTurns }),
      ...(gate && { gate }),
      read: together.snapshot.read,
      scope: reader?.kind === 'tenant' ? reader.scope : undefined,
      siteOf(kind, id) {
        const tenant = tenantId === null ? undefined : tenantAccess(tenantId)
        return (kind === 'camera' ? tenant?.cameras : tenant?.agentSites)?.get(id)
      },
      position,
      cursors,
      get loaders() {
        return together.loaders
      },
      command: commandId => commandContext({ principal, commandId, traceparent, now: now() }),
    }
  }

  return {
    positionsOf: principal => codecsOf(principal).position,
    open(caller) {
      const together = readTogether(caller)
      return { context: within(caller, together), snapshot: together.snapshot }
    },
    openSnapshot: readTogether,
    within,
    readerKeyOf({ principal, rights }) {
      const reader = readerOf(principal, rights)
      if (!rights || !reader) return 'nobody'
      return reader.kind === 'tenant' ? `${reader.tenantId} ${scopeKeyOf(rights.scope)}` : reader.kind
    },
  }
}

const scopeKeys = new WeakMap<Scope, string>()

/** A short text for a scope of thousands of ids; it is asked for at every change. */
function scopeKeyOf(scope: Scope): string {
  if (scope.kind === 'tenant') return scope.kind
  let key = scopeKeys.get(scope)
  if (key === undefined) {
    key = createHash('sha256')
      .update(JSON.stringify([scope.siteIds, scope.cameraIds]))
      .digest('base64')
    scopeKeys.set(scope, key)
  }
  return key
}

/** Under which rights a principal reads; undefined where it has none. */
export function readerOf(principal: Principal, rights: Rights | undefined): ReadPrincipal | undefined {
  if (!rights) return undefined
  if (principal.kind === 'person') {
    const { tenantId } = principal
    const { scope } = rights
    if (scope.kind === 'tenant') return { kind: 'tenant', tenantId }
    return { kind: 'tenant', tenantId, scope: { siteIds: scope.siteIds, cameraIds: scope.cameraIds } }
  }
  if (principal.kind === 'media_node') return { kind: 'machine' }
  if (principal.kind === 'system') return { kind: 'system' }
  return undefined
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's W3C `traceparent` where it is valid, else a new one. */
export function traceparentOf(header: string | string[] | undefined): string {
  if (typeof header === 'string' && TRACEPARENT.test(header)) return header
  return newTraceparent()
}

/** The trace id within a `traceparent`. */
export function traceIdOf(traceparent: string): string {
  return traceparent.split('-')[1]!
}
