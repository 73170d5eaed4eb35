import type { EventOf } from '@sightline/contracts/event'
import type { eventDefinitions } from '@sightline/contracts/events'
import {
  machineStreamName,
  membersStreamName,
  SYSTEM_STREAM,
  streamName,
  tenantStreamName,
  userStreamName,
} from '@sightline/contracts/stream-names'
import { WrongExpectedRevisionError } from '@sightline/event-log/errors'
import type { EventLog } from '@sightline/event-log/event-log'
import type { EventToAppend, RecordedEvent } from '@sightline/event-log/recorded-event'
import { v7 } from 'uuid'
import type { AccessEvent, RecordedAccessEvent } from './state.ts'

/** An access event and where it stands. */
export interface PlacedEvent {
  stream: string
  tenantId: string | null
  event: AccessEvent
}

type Data<Type extends AccessEvent['type']> = Extract<
  EventOf<(typeof eventDefinitions)[number]>,
  { type: Type }
>['data']

const inMembers = (tenantId: string, event: AccessEvent): PlacedEvent => ({
  stream: membersStreamName(tenantId),
  tenantId,
  event,
})
const inTenant = (tenantId: string, event: AccessEvent): PlacedEvent => ({
  stream: tenantStreamName(tenantId),
  tenantId,
  event,
})

/** Access events as their commands make them, in their streams. */
export const tell = {
  memberAdded(
    tenantId: string,
    userId: string,
    more: Partial<Pick<Data<'MemberAdded'>, 'role' | 'everywhere' | 'keyId'>> = {},
  ): PlacedEvent {
    const { role = 'tenant_admin', everywhere = true, keyId = v7() } = more
    const email = `${userId}@members.example`
    return inMembers(tenantId, { type: 'MemberAdded', data: { userId, keyId, email, role, everywhere } })
  },
  roleChanged: (
    tenantId: string,
    userId: string,
    role: Data<'MemberRoleChanged'>['role'],
    everywhere = true,
  ) => inMembers(tenantId, { type: 'MemberRoleChanged', data: { userId, role, everywhere } }),
  memberRemoved: (tenantId: string, userId: string) =>
    inMembers(tenantId, { type: 'MemberRemoved', data: { userId } }),
  scopeGranted(
    tenantId: string,
    userId: string,
    scope: { siteIds?: string[]; cameraIds?: string[]; endsAt?: Date; grantId?: string },
  ): PlacedEvent {
    const { siteIds = [], cameraIds = [], endsAt, grantId = v7() } = scope
    return inMembers(tenantId, {
      type: 'ScopeGranted',
      data: { grantId, userId, siteIds, cameraIds, endsAt: endsAt?.toISOString() ?? null },
    })
  },
  grantRevoked: (tenantId: string, userId: string, grantId: string) =>
    inMembers(tenantId, { type: 'GrantRevoked', data: { grantId, userId } }),
  tenantSuspended: (tenantId: string) =>
    inTenant(tenantId, { type: 'TenantSuspended', data: { reason: 'Unpaid' } }),
  tenantResumed: (tenantId: string) => inTenant(tenantId, { type: 'TenantResumed', data: {} }),
  allowListSet: (tenantId: string, addresses: string[]) =>
    inTenant(tenantId, { type: 'AllowListSet', data: { addresses } }),
  sessionStarted: (
    userId: string,
    tenantId: string | null,
    sessionId: string,
    expiresAt: Date,
  ): PlacedEvent => ({
    stream: userStreamName(userId),
    tenantId: null,
    event: { type: 'SessionStarted', data: { sessionId, tenantId, expiresAt: expiresAt.toISOString() } },
  }),
  sessionEnded: (userId: string, tenantId: string | null, sessionId: string): PlacedEvent => ({
    stream: userStreamName(userId),
    tenantId: null,
    event: { type: 'SessionEnded', data: { sessionId, tenantId, reason: 'REVOKED' } },
  }),
  administratorAppointed: (userId: string): PlacedEvent => ({
    stream: SYSTEM_STREAM,
    tenantId: null,
    event: { type: 'SystemAdministratorAppointed', data: { userId } },
  }),
  administratorDismissed: (userId: string): PlacedEvent => ({
    stream: SYSTEM_STREAM,
    tenantId: null,
    event: { type: 'SystemAdministratorDismissed', data: { userId } },
  }),
  keyIssued(
    tenantId: string | null,
    subjectId: string,
    more: Partial<Data<'ApiKeyIssued'>> = {},
  ): PlacedEvent {
    const { keyId = v7(), kind = 'media_node', addresses = [] } = more
    const expiresAt = more.expiresAt ?? new Date(Date.now() + 30 * 86_400_000).toISOString()
    return {
      stream: machineStreamName(tenantId, subjectId),
      tenantId,
      event: { type: 'ApiKeyIssued', data: { keyId, kind, name: 'Rack 1', expiresAt, addresses } },
    }
  },
  keyRevoked: (tenantId: string | null, subjectId: string, keyId: string): PlacedEvent => ({
    stream: machineStreamName(tenantId, subjectId),
    tenantId,
    event: { type: 'ApiKeyRevoked', data: { keyId } },
  }),
  cameraRegistered(tenantId: string, cameraId: string, siteId: string): PlacedEvent {
    const stream = streamName('camera', tenantId, cameraId)
    const keyId = v7()
    const address = { keyId, stream, field: 'address', iv: '', data: '', tag: '' }
    const data = { siteId, name: 'Entrance', keyId, address, framesPerSecond: 2, reencode: false }
    return { stream, tenantId, event: { type: 'CameraRegistered', data } }
  },
  agentPaired: (tenantId: string, agentId: string, siteId: string, credentialId = v7()): PlacedEvent => ({
    stream: streamName('agent', tenantId, agentId),
    tenantId,
    event: { type: 'AgentPaired', data: { credentialId, siteId, name: 'Box', serial: 'S-1' } },
  }),
  agentUnpaired: (tenantId: string, agentId: string, credentialId: string): PlacedEvent => ({
    stream: streamName('agent', tenantId, agentId),
    tenantId,
    event: { type: 'AgentUnpaired', data: { credentialId } },
  }),
}

function metadataOf(tenantId: string | null): EventToAppend['metadata'] {
  const commandId = v7()
  return {
    tenantId,
    actor: { principal: 'system', id: 'test', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    occurredAt: new Date().toISOString(),
    traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
  }
}

/** As the log would tell them, one after another from a position on. */
export function recorded(placed: Iterable<PlacedEvent>, from = 0n): RecordedAccessEvent[] {
  let position = from
  return Array.from(placed, ({ stream, tenantId, event }) => {
    position += 100n
    const metadata = { ...metadataOf(tenantId), schemaVersion: 1, salt: Buffer.alloc(16).toString('base64') }
    const recording = { id: v7(), stream, revision: 0, position, created: new Date(), metadata }
    return { ...event, ...recording } as RecordedAccessEvent & RecordedEvent
  })
}

/**
 * Appends events where their streams stand. The keys of personal texts must be there.
 * @returns the position of the last
 */
export async function appendPlaced(
  eventLog: Pick<EventLog, 'readStream' | 'append'>,
  ...placed: PlacedEvent[]
): Promise<bigint> {
  let position = -1n
  for (const { stream, tenantId, event } of placed) {
    const append = { ...event, id: v7(), metadata: metadataOf(tenantId) } as EventToAppend
    for (let appended = false; !appended; ) {
      const [last] = await eventLog.readStream(stream, { direction: 'backwards', maxCount: 1 })
      try {
        ;({ position } = await eventLog.append(stream, last?.revision ?? 'no_stream', [append]))
        appended = true
      } catch (error) {
        // Somebody else told something in the same stream: after theirs, then.
        if (!(error instanceof WrongExpectedRevisionError)) throw error
      }
    }
  }
  return position
}
