import type { FrameRef } from '@sightline/contracts/sightings'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeAll, mayOpen, observe, type SightingChange, sightingIdOf } from './observe.ts'
import { isAfter, noPresence, type ObservedFace, type Presence, type PresencePolicy } from './presence.ts'

const camera = {
  tenantId: '0190f5fe-7c00-7a00-8000-000000000001',
  cameraId: '0190f5fe-7c00-7a00-8000-000000000002',
}
const streamId = '0190f5fe-7c00-7a00-8000-000000000003'
const ann = '0190f5fe-7c00-7a00-8000-00000000000a'
const bob = '0190f5fe-7c00-7a00-8000-00000000000b'
const policy: PresencePolicy = { absenceGapMs: 30_000, unwatchedAfterMs: 5000, returnWithinMs: 600_000 }
const start = Date.parse('2026-01-31T12:00:00.000Z')

/** Unit vectors at right angles: nobody is like anybody else. */
const look = (axis: number, tilt = 0) =>
  Float32Array.from({ length: 8 }, (_, i) =>
    i === axis ? Math.cos(tilt) : i === axis + 1 ? Math.sin(tilt) : 0,
  )
const candidate = (personId: string, similarity: number) => ({ personId, pictureId: personId, similarity })

type Sight = Partial<ObservedFace> & { person?: string; similarity?: number; x?: number }
const faceOf = ({ person, similarity = 0.8, x = 100, ...rest }: Sight, faceIndex: number): ObservedFace => ({
  faceIndex,
  box: { x, y: 50, width: 80, height: 100 },
  quality: { score: 0.99, height: 100, norm: 3.5, sharpness: 300 },
  candidates: person ? [candidate(person, similarity)] : [],
  margin: null,
  outcome: person ? 'MATCHED' : 'EMPTY_GALLERY',
  embedding: look(0),
  ...rest,
})

/** A camera that is watched: each call is a frame, half a second after the one before unless told. */
function watch(presence: Presence = noPresence, session = 1) {
  let sequence = -1
  let at = start - 500
  const ids: FrameRef[] = []
  const self = {
    presence,
    all: [] as SightingChange[],
    session,
    sees: (...sights: Sight[]) => self.after(500, ...sights),
    after: (ms: number, ...sights: Sight[]) => {
      at += ms
      sequence++
      const ref: FrameRef = {
        streamId,
        session: self.session,
        epoch: 0,
        sequence,
        capturedAt: new Date(at).toISOString(),
        frameSha256: 'a'.repeat(64),
      }
      ids.push(ref)
      const expected = mayOpen(self.presence)
      const observation = observe(camera, self.presence, { ref, faces: sights.map(faceOf) }, policy)
      // Whatever opens has been foretold: the crop is made only then.
      if (observation.changes.some(({ type }) => type === 'opened')) expect(expected).toBe(true)
      self.presence = observation.presence
      self.all.push(...observation.changes)
      return observation
    },
    types: () => self.all.map(({ type }) => type),
    frame: (index: number) => ids[index]!,
  }
  return self
}

describe('opening', () => {
  test('two agreeing frames open a sighting that began with the first', () => {
    const seen = watch()
    expect(seen.sees({ person: ann }).changes).toEqual([])
    const { changes, sightingOf } = seen.sees({ person: ann, similarity: 0.9 })
    const sightingId = sightingIdOf(camera, seen.frame(0), 0)
    expect(changes).toMatchObject([
      {
        type: 'opened',
        sightingId,
        subject: { kind: 'person', personId: ann },
        firstFrame: { sequence: 0 },
        decidingFrame: { sequence: 1 },
        previousSightingId: null,
        watermark: { session: 1, epoch: 0, sequence: 1 },
        open: [sightingId],
      },
    ])
    expect(sightingOf.get(0)).toBe(sightingId)
    expect(seen.presence.open[0]).toMatchObject({ best: 0.9, frames: 2 })
  })

  test('one frame alone opens nothing, nor do two that disagree; the third decides', () => {
    const seen = watch()
    seen.sees({ person: ann })
    expect(seen.sees({}).changes).toEqual([])
    expect(seen.sees({ person: ann }).changes).toMatchObject([{ type: 'opened', subject: { personId: ann } }])
  })

  test('two of three frames are enough, two of four are not', () => {
    const three = watch()
    three.sees({})
    three.sees()
    expect(three.sees({}).changes).toMatchObject([{ type: 'opened', subject: { kind: 'unknown' } }])
    const four = watch()
    four.sees({})
    four.sees()
    four.sees()
    expect(four.sees({}).changes).toEqual([])
  })

  test('frames more than two seconds apart do not agree', () => {
    const seen = watch()
    seen.sees({ person: ann })
    expect(seen.after(2100, { person: ann }).changes).toEqual([])
    expect(seen.after(2000, { person: ann }).changes).toHaveLength(1)
  })

  test('faces that are too small or poor open nothing', () => {
    const seen = watch()
    for (let i = 0; i < 5; i++)
      seen.sees({ outcome: 'TOO_SMALL', embedding: null }, { outcome: 'POOR_QUALITY', x: 400 })
    expect(seen.all).toEqual([])
  })

  test('two people open two sightings in one frame, each naming who is there by then', () => {
    const seen = watch()
    seen.sees({ person: ann }, { embedding: look(4), x: 400 })
    const { changes } = seen.sees({ person: ann }, { embedding: look(4), x: 400 })
    expect(changes.map(({ type, open }) => [type, open.length])).toEqual([
      ['opened', 1],
      ['opened', 2],
    ])
    expect(new Set(changes.map(({ sightingId }) => sightingId)).size).toBe(2)
  })

  test('a second face of a person who is there already opens nothing', () => {
    const seen = watch()
    for (let i = 0; i < 4; i++) seen.sees({ person: ann }, { person: ann, x: 400, embedding: look(4) })
    expect(seen.types()).toEqual(['opened'])
  })
})

describe('who it is', () => {
  test('an unknown face is known by two agreeing frames', () => {
    const seen = watch()
    seen.sees({})
    seen.sees({})
    expect(seen.sees({ person: ann }).changes).toEqual([])
    expect(seen.sees({ person: ann }).changes).toMatchObject([
      { type: 'identified', was: { kind: 'unknown' }, becomes: { kind: 'person', personId: ann } },
    ])
    expect(seen.presence.open).toMatchObject([{ subject: { personId: ann }, best: 0.8 }])
  })

  test('a known face becomes somebody else by three frames in a row, never by two', () => {
    const seen = watch()
    seen.sees({ person: ann })
    seen.sees({ person: ann })
    seen.sees({ person: bob })
    seen.sees({ person: bob })
    seen.sees({ person: ann })
    seen.sees({ person: bob })
    expect(seen.sees({ person: bob }).changes).toEqual([])
    expect(seen.sees({ person: bob }).changes).toMatchObject([
      { type: 'identified', was: { personId: ann }, becomes: { personId: bob } },
    ])
  })

  test('a known face that a frame takes for nobody stays who it is', () => {
    const seen = watch()
    seen.sees({ person: ann })
    seen.sees({ person: ann })
    for (let i = 0; i < 6; i++) seen.sees({})
    expect(seen.types()).toEqual(['opened'])
    expect(seen.presence.open).toMatchObject([{ subject: { personId: ann } }])
  })

  test('a face joins by its likeness wherever it stands, and by its place when it looks unlike', () => {
    const seen = watch()
    seen.sees({})
    seen.sees({})
    seen.sees({ x: 700, embedding: look(0, 0.9) })
    seen.sees({ x: 710, embedding: look(3) })
    seen.sees({ x: 720, outcome: 'POOR_QUALITY', embedding: null })
    expect(seen.types()).toEqual(['opened'])
    expect(seen.presence.open).toMatchObject([{ frames: 5 }])
    seen.after(1600, { x: 720, embedding: look(3) })
    expect(seen.presence.open).toMatchObject([{ frames: 5 }])
  })
})

describe('how long', () => {
  function stay(seconds: number) {
    const seen = watch()
    for (let i = 0; i <= seconds * 2; i++) seen.sees({ person: ann })
    return seen
  }

  test('extensions come at 10 s, 30 s and then every 60 s', () => {
    const untils = stay(160).all.flatMap(change => (change.type === 'extended' ? [change] : []))
    expect(untils.map(({ until }) => (Date.parse(until) - start) / 1000)).toEqual([10, 30, 90, 150])
    expect(untils.map(({ frames }) => frames)).toEqual([21, 61, 181, 301])
  })

  test('it ends when frames have shown its absence for the gap, at the time it was seen last', () => {
    const seen = stay(5)
    for (let i = 0; i < 59; i++) expect(seen.sees().changes).toEqual([])
    expect(seen.sees().changes).toMatchObject([
      {
        type: 'closed',
        reason: 'LEFT',
        lastSeenAt: new Date(start + 5000).toISOString(),
        frames: 11,
        open: [],
      },
    ])
    seen.sees({ person: ann })
    expect(seen.sees({ person: ann }).changes).toMatchObject([{ type: 'opened', previousSightingId: null }])
  })

  test('not watched is not absent', () => {
    const seen = stay(5)
    seen.sees()
    expect(seen.after(120_000).changes).toEqual([])
    seen.sees({ person: ann })
    expect(seen.presence.open).toMatchObject([{ absentMs: 0 }])
  })

  test('who returns after nobody watched continues what was interrupted', () => {
    const seen = stay(5)
    const { presence, changes } = closeAll(seen.presence, 'UNOBSERVED')
    const [first] = seen.presence.open
    expect(changes).toMatchObject([{ type: 'closed', reason: 'UNOBSERVED', open: [] }])
    seen.presence = presence
    seen.after(60_000, { person: ann }, { embedding: look(4), x: 400 })
    expect(seen.sees({ person: ann }, { embedding: look(4), x: 400 }).changes).toMatchObject([
      { type: 'opened', previousSightingId: first!.sightingId },
      { type: 'opened', previousSightingId: null },
    ])
    expect(seen.presence.interrupted).toEqual([])
  })

  test('a frame of a new session ends what was open in the one before', () => {
    const seen = stay(5)
    seen.session = 4
    expect(seen.sees({ person: ann }).changes).toMatchObject([
      { type: 'closed', reason: 'STREAM_ENDED', open: [] },
    ])
    expect(seen.sees({ person: ann }).changes).toMatchObject([
      { type: 'opened', previousSightingId: expect.any(String) },
    ])
  })
})

test('whatever is seen, the changes are a story that can be folded', () => {
  const sight = fc.record({
    person: fc.constantFrom(undefined, ann, bob),
    x: fc.constantFrom(100, 120, 400),
    embedding: fc.constantFrom(look(0), look(0, 0.5), look(4), null),
    outcome: fc.constantFrom(undefined, 'POOR_QUALITY' as const),
  })
  const frame = fc.tuple(
    fc.constantFrom(100, 500, 1900, 6000, 20_000),
    fc.uniqueArray(sight, { maxLength: 3, selector: ({ x }) => x }),
  )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 60 }), frames => {
      const seen = watch()
      let open: string[] = []
      const ever = new Set<string>()
      for (const [ms, sights] of frames) {
        const before = structuredClone(seen.presence)
        const frozen = seen.presence
        const { changes, presence } = seen.after(
          ms,
          ...sights.map(({ person, outcome, ...rest }) => ({
            ...rest,
            ...(outcome ? { outcome } : person ? { person } : {}),
          })),
        )
        expect(frozen).toEqual(before)
        for (const change of changes) {
          if (change.type === 'opened') {
            expect(ever.has(change.sightingId)).toBe(false)
            ever.add(change.sightingId)
            open = [...open, change.sightingId]
          } else expect(open).toContain(change.sightingId)
          if (change.type === 'closed') open = open.filter(id => id !== change.sightingId)
          expect([...change.open].sort()).toEqual([...open].sort())
        }
        expect(presence.open.map(({ sightingId }) => sightingId).sort()).toEqual([...open].sort())
        const people = presence.open.flatMap(({ subject }) =>
          subject.kind === 'person' ? [subject.personId] : [],
        )
        expect(new Set(people).size).toBe(people.length)
      }
    }),
  )
})

test('frames are compared by session, then epoch, then sequence', () => {
  const mark = (session: number, epoch: number, sequence: number) => ({ session, epoch, sequence })
  expect(isAfter(mark(2, 0, 0), mark(1, 9, 9))).toBe(true)
  expect(isAfter(mark(1, 2, 0), mark(1, 1, 9))).toBe(true)
  expect(isAfter(mark(1, 1, 9), mark(1, 2, 0))).toBe(false)
  expect(isAfter(mark(1, 9, 9), mark(2, 0, 0))).toBe(false)
  expect(isAfter(mark(1, 1, 2), mark(1, 1, 1))).toBe(true)
  expect(isAfter(mark(1, 1, 1), mark(1, 1, 1))).toBe(false)
})
