import { randomUUID } from 'node:crypto'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { streamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import { newTraceparent } from '@sightline/logging/traceparent'
import type { GraphqlClient } from '@sightline/schema/client'
import {
  ClaimStreamDocument,
  RegisterCameraDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import { accepted, CommandRefusedError, type Tenant } from './seeding.ts'

/** A camera's stream that this process holds, as a media node does. */
export interface HeldStream {
  cameraId: string
  /** What the next frame's headers say, captured now. */
  nextFrame(): FrameAttributes
}

/** Registers a camera, starts its stream and claims it, all by commands. */
export async function holdStream(
  tenant: Tenant,
  node: { nodeId: string; client: GraphqlClient },
  log: EventLog,
  name: string,
): Promise<HeldStream> {
  const { tenantId, siteId, client } = tenant
  const { nodeId } = node
  const streamId = randomUUID()
  const registered = await client.request(RegisterCameraDocument, {
    input: { siteId, name, address: 'rtsp://127.0.0.1:9/live' },
  })
  const cameraId = accepted(registered.registerCamera).id
  accepted((await client.request(StartStreamDocument, { input: { cameraId, streamId } })).startStream)
  const { claimStream } = await node.client.request(ClaimStreamDocument, {
    input: { tenantId, cameraId, streamId },
  })
  if (claimStream.__typename !== 'StreamClaim') throw new CommandRefusedError(claimStream.message)
  const { epoch } = claimStream
  const events = await log.readStream(streamName('camera', tenantId, cameraId))
  const session = events.find(event => event.type === 'StreamStarted')!.revision
  let sequence = 0
  return {
    cameraId,
    nextFrame: () => ({
      tenantId,
      cameraId,
      streamId,
      session,
      epoch,
      sequence: sequence++,
      nodeId,
      capturedAt: new Date().toISOString(),
      width: 360,
      height: 288,
      clock: 'arrival',
      clockErrorMs: 0,
      traceparent: newTraceparent(),
    }),
  }
}
