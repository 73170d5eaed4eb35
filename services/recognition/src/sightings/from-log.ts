import type { EncryptedValue } from '@sightline/contracts/encryption'
import type { SightingEvent } from '@sightline/contracts/sightings'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Recorded } from '@sightline/event-log/recorded-event'
import { openSealed } from '@sightline/event-log/sealed'
import { vectorFromBytes } from '../galleries/vector-bytes.ts'
import { nextExtensionMs, noPresence, type OpenSighting, type Presence } from './presence.ts'

/** How many events are read at once, backwards. */
const page = 64

/** How far back at most those are looked for who may return. */
const mostEvents = 1024

type Recalled = Omit<OpenSighting, 'template'> & { template: EncryptedValue }

/**
 * What the log knows of a camera's sightings, for whoever takes it over: the stream is read backwards until each open
 * sighting's opening. Where somebody stood and who was about to be a sighting isn't in the log.
 * @param stream `sighting-<tenantId>.<cameraId>`
 */
export async function recallPresence(
  log: Pick<EventLog, 'readStream'>,
  dataKeys: Pick<DataKeys, 'read'>,
  tenantId: string,
  stream: string,
): Promise<Presence> {
  const events = await readBack(log, stream)
  const last = events.at(-1)
  if (!last) return noPresence
  const { open, interrupted } = fold(events)
  async function withTemplate(sighting: Recalled): Promise<OpenSighting> {
    const bytes = await openSealed(dataKeys, tenantId, sighting.template)
    return { ...sighting, template: bytes === 'erased' ? null : vectorFromBytes(bytes) }
  }
  return {
    ...noPresence,
    revision: last.revision,
    watermark: last.data.watermark,
    open: await Promise.all(open.map(withTemplate)),
    interrupted: await Promise.all(interrupted.map(withTemplate)),
  }
}

/** The events from the opening of the oldest sighting that is still open, in order. */
async function readBack(
  log: Pick<EventLog, 'readStream'>,
  stream: string,
): Promise<Recorded<SightingEvent>[]> {
  const events: Recorded<SightingEvent>[] = []
  for (;;) {
    const from = events[0]?.revision
    const older = (await log.readStream(stream, {
      direction: 'backwards',
      maxCount: page,
      ...(from === undefined ? {} : { from: from - 1 }),
    })) as Recorded<SightingEvent>[]
    events.unshift(...older.reverse())
    const opened = new Set(
      events.filter(({ type }) => type === 'SightingOpened').map(({ data }) => data.sightingId),
    )
    const missing = events.at(-1)?.data.open.filter(id => !opened.has(id)) ?? []
    const atBeginning = older.length < page || events[0]?.revision === 0
    if (atBeginning || missing.length === 0 || events.length >= mostEvents) return events
  }
}

function fold(events: readonly Recorded<SightingEvent>[]) {
  let open: Recalled[] = []
  const interrupted: Recalled[] = []
  for (const { type, data } of events) {
    if (type === 'SightingOpened') {
      open.push(recall(data))
      continue
    }
    const sighting = open.find(({ sightingId }) => sightingId === data.sightingId)
    // Its opening lies further back than was read: it has been closed since.
    if (!sighting) continue
    if (type === 'SightingIdentified') {
      sighting.subject = data.becomes
      sighting.best = data.decision.candidates[0]?.similarity ?? null
      sighting.lastSeenAt = Date.parse(data.decidingFrame.capturedAt)
    } else if (type === 'SightingExtended') {
      sighting.lastSeenAt = Date.parse(data.until)
      sighting.frames = data.frames
      sighting.best = data.best
      sighting.extensionDueMs = nextExtensionMs(sighting.lastSeenAt - sighting.firstSeenAt)
    } else {
      open = open.filter(one => one !== sighting)
      sighting.lastSeenAt = Date.parse(data.lastSeenAt)
      if (data.reason !== 'LEFT') interrupted.push(sighting)
    }
  }
  return { open, interrupted }
}

function recall(opened: Extract<SightingEvent, { type: 'SightingOpened' }>['data']): Recalled {
  const { sightingId, subject, template, firstFrame, decidingFrame, decision } = opened
  const firstSeenAt = Date.parse(firstFrame.capturedAt)
  const lastSeenAt = Date.parse(decidingFrame.capturedAt)
  return {
    sightingId,
    subject,
    template,
    session: decidingFrame.session,
    firstSeenAt,
    lastSeenAt,
    // A sighting is opened by two frames; how many they were in the end the next extension tells.
    frames: 2,
    best: subject.kind === 'person' ? (decision.candidates[0]?.similarity ?? null) : null,
    lastBox: null,
    absentMs: 0,
    extensionDueMs: nextExtensionMs(lastSeenAt - firstSeenAt),
    votes: [],
  }
}
