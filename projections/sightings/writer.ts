import type { DecisionRecord, SightingSubject } from '@sightline/contracts/sightings'
import type { Projection } from '../projection.ts'
import { sightings } from './table.ts'

/** Templates stay in the log: no row holds a vector. */
export const sightingsProjection: Projection = {
  model: 'sightings',
  tables: [sightings],
  handles: {
    SightingOpened: (event, cameraId, rows) => {
      const { sightingId, siteId, firstFrame, decidingFrame, subject, decision, crop, previousSightingId } =
        event.data
      rows.put(sightings, sightingId, {
        cameraId,
        siteId,
        ...identity(subject, decision),
        status: 'OPEN',
        firstSeenAt: firstFrame.capturedAt,
        lastSeenAt: decidingFrame.capturedAt,
        decidedAt: decidingFrame.capturedAt,
        crop,
        previousSightingId,
      })
    },
    SightingIdentified: (event, _cameraId, rows) => {
      const { sightingId, becomes, decidingFrame, decision } = event.data
      rows.set(sightings, sightingId, {
        ...identity(becomes, decision),
        lastSeenAt: decidingFrame.capturedAt,
        decidedAt: decidingFrame.capturedAt,
      })
    },
    SightingExtended: (event, _cameraId, rows) =>
      rows.set(sightings, event.data.sightingId, { lastSeenAt: event.data.until }),
    SightingClosed: (event, _cameraId, rows) =>
      rows.set(sightings, event.data.sightingId, {
        status: event.data.reason,
        lastSeenAt: event.data.lastSeenAt,
      }),
  },
}

function identity(subject: SightingSubject, { candidates }: DecisionRecord) {
  const personId = subject.kind === 'person' ? subject.personId : null
  const decisive = personId === null ? candidates[0] : candidates.find(other => other.personId === personId)
  return { personId, similarity: decisive?.similarity ?? null, candidates }
}
