import type { StreamEvent } from '@sightline/contracts/streams'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  claimStream,
  loseNode,
  reportStreamEnded,
  reportStreamFailed,
  reportStreamLive,
  reportStreamReconnecting,
} from './decisions.ts'
import { evolveStream, noStream, readSession, type StreamState } from './state.ts'

const cameraId = '0190b8a0-0000-7000-8000-000000000001'
const siteId = '0190b8a0-0000-7000-8000-000000000002'
const north = '0190b8a0-0000-7000-8000-00000000000a'
const south = '0190b8a0-0000-7000-8000-00000000000b'
const claimBy = (nodeId: string) => ({ cameraId, siteId, session: 1, nodeId })
const claimed = (nodeId: string) => ({ type: 'StreamClaimed', data: claimBy(nodeId) }) as const
const video = { codec: 'h264', profile: 'High', width: 640, height: 360, reencoded: false }
const live = (epoch: number) => ({ type: 'StreamWentLive', data: { epoch, video } }) as const
const lost = (epoch: number, nodeId: string) => ({ type: 'StreamNodeLost', data: { epoch, nodeId } }) as const
const ended = (epoch: number, reason: 'STOPPED' | 'NODE_LOST') =>
  ({ type: 'StreamEnded', data: { epoch, reason } }) as const

function given(...events: StreamEvent[]): StreamState {
  return events.reduce<StreamState>(
    (state, event, revision) => evolveStream(state, { ...event, revision }),
    noStream,
  )
}

describe('claiming', () => {
  test('the first node gets the session', () => {
    expect(claimStream(noStream, claimBy(north))).toEqual([claimed(north)])
  })

  test('the epoch is the revision of the claim', () => {
    expect(given(claimed(north), lost(0, north), claimed(south))).toMatchObject({ epoch: 2, nodeId: south })
  })

  test('a second node is refused', () => {
    expect(claimStream(given(claimed(north)), claimBy(south))).toMatchObject({
      rejected: 'CLAIMED_BY_ANOTHER',
    })
  })

  test('the node that holds the session keeps its claim', () => {
    expect(claimStream(given(claimed(north), live(0)), claimBy(north))).toEqual([])
  })

  test('anyone may claim what was lost, its old node too', () => {
    const state = given(claimed(north), lost(0, north))
    expect(claimStream(state, claimBy(south))).toEqual([claimed(south)])
    expect(claimStream(state, claimBy(north))).toEqual([claimed(north)])
  })

  test('what has ended is not wanted', () => {
    const state = given(claimed(north), ended(0, 'STOPPED'))
    expect(claimStream(state, claimBy(north))).toMatchObject({ rejected: 'NOT_WANTED' })
  })

  test('a session belongs to one camera', () => {
    const state = given(claimed(north), lost(0, north))
    expect(claimStream(state, { ...claimBy(north), cameraId: siteId })).toMatchObject({
      rejected: 'NOT_FOUND',
    })
  })
})

describe('reporting', () => {
  const reporter = { nodeId: north, epoch: 0 }
  const reconnecting = { ...reporter, reason: 'STALLED' as const, detail: 'no packet for 5 s' }
  const failed = { ...reporter, reason: 'UNAUTHORIZED' as const, detail: '401' }

  test('a session goes live, breaks, and fails', () => {
    const state = given(claimed(north))
    expect(reportStreamLive(state, { ...reporter, video })).toEqual([live(0)])
    expect(reportStreamReconnecting(state, reconnecting)).toEqual([
      { type: 'StreamReconnecting', data: { epoch: 0, reason: 'STALLED', detail: 'no packet for 5 s' } },
    ])
    expect(reportStreamFailed(state, failed)).toEqual([
      { type: 'StreamFailed', data: { epoch: 0, reason: 'UNAUTHORIZED', detail: '401' } },
    ])
  })

  test('the same report again is no event', () => {
    expect(reportStreamLive(given(claimed(north), live(0)), { ...reporter, video })).toEqual([])
    const broken = given(claimed(north), {
      type: 'StreamReconnecting',
      data: { epoch: 0, reason: 'STALLED', detail: 'no packet for 5 s' },
    })
    expect(reportStreamReconnecting(broken, reconnecting)).toEqual([])
  })

  test('another video is an event', () => {
    const wider = { ...video, width: 1280 }
    const decision = reportStreamLive(given(claimed(north), live(0)), { ...reporter, video: wider })
    expect(decision).toEqual([{ type: 'StreamWentLive', data: { epoch: 0, video: wider } }])
  })

  test('an old epoch is refused', () => {
    const state = given(claimed(north), lost(0, north), claimed(south))
    expect(reportStreamLive(state, { ...reporter, video })).toMatchObject({ rejected: 'STALE_EPOCH' })
    expect(reportStreamEnded(state, { ...reporter, wanted: false })).toMatchObject({
      rejected: 'STALE_EPOCH',
    })
  })

  test('the epoch of a lost session is refused', () => {
    const state = given(claimed(north), lost(0, north))
    expect(reportStreamLive(state, { ...reporter, video })).toMatchObject({ rejected: 'STALE_EPOCH' })
  })

  test('another node is refused, even with the right epoch', () => {
    const decision = reportStreamLive(given(claimed(north)), { nodeId: south, epoch: 0, video })
    expect(decision).toMatchObject({ rejected: 'CLAIMED_BY_ANOTHER' })
  })

  test('what nobody claimed has nothing to report', () => {
    expect(reportStreamLive(noStream, { ...reporter, video })).toMatchObject({ rejected: 'NOT_FOUND' })
  })

  test('a session that is not wanted ends when its node lets go', () => {
    const state = given(claimed(north), live(0))
    expect(reportStreamEnded(state, { ...reporter, wanted: false })).toEqual([ended(0, 'STOPPED')])
  })

  test('a session that is still wanted is free again when its node lets go', () => {
    const state = given(claimed(north), live(0))
    expect(reportStreamEnded(state, { ...reporter, wanted: true })).toEqual([lost(0, north)])
  })

  test('letting go again changes nothing', () => {
    const state = given(claimed(north), ended(0, 'STOPPED'))
    expect(reportStreamEnded(state, { ...reporter, wanted: false })).toEqual([])
  })

  test('nothing is reported of a session that has ended', () => {
    const state = given(claimed(north), ended(0, 'STOPPED'))
    expect(reportStreamLive(state, { ...reporter, video })).toMatchObject({ rejected: 'NOT_WANTED' })
  })
})

describe('a lease that ran out', () => {
  const lease = { nodeId: north, epoch: 0, wanted: true }

  test('frees a session that is wanted', () => {
    expect(loseNode(given(claimed(north)), lease)).toEqual([lost(0, north)])
  })

  test('ends a session that is not', () => {
    expect(loseNode(given(claimed(north)), { ...lease, wanted: false })).toEqual([ended(0, 'NODE_LOST')])
  })

  test('whose claim was not noted counts as the claim of its node', () => {
    expect(loseNode(given(claimed(north)), { ...lease, epoch: null })).toEqual([lost(0, north)])
  })

  test('of an older epoch or another node takes nothing away', () => {
    const state = given(claimed(north), lost(0, north), claimed(south))
    expect(loseNode(state, lease)).toEqual([])
    expect(loseNode(state, { ...lease, epoch: null })).toEqual([])
  })

  test('of a lost session ends it once it is not wanted any more', () => {
    const state = given(claimed(north), lost(0, north))
    expect(loseNode(state, { ...lease, epoch: null })).toEqual([])
    expect(loseNode(state, { ...lease, epoch: null, wanted: false })).toEqual([ended(0, 'NODE_LOST')])
  })

  test('of nothing changes nothing', () => {
    expect(loseNode(noStream, lease)).toEqual([])
    expect(loseNode(given(claimed(north), ended(0, 'STOPPED')), lease)).toEqual([])
  })
})

const node = fc.constantFrom(north, south)
const reporter = fc.record({ nodeId: node, epoch: fc.nat(8) })
const broken = { reason: 'STALLED', detail: '' } as const
const step = fc.oneof(
  node.map(nodeId => (state: StreamState) => claimStream(state, claimBy(nodeId))),
  reporter.map(by => (state: StreamState) => reportStreamLive(state, { ...by, video })),
  reporter.map(by => (state: StreamState) => reportStreamReconnecting(state, { ...by, ...broken })),
  reporter.map(by => (state: StreamState) => reportStreamEnded(state, { ...by, wanted: true })),
  fc
    .record({ nodeId: node, epoch: fc.option(fc.nat(8)), wanted: fc.constant(true) })
    .map(lease => (state: StreamState) => loseNode(state, lease)),
)
/** What a session's story comes to when nodes do these things. */
function storyOf(steps: ((state: StreamState) => ReturnType<typeof claimStream>)[]): StreamEvent[] {
  const events: StreamEvent[] = []
  for (const decide of steps) {
    const decision = decide(given(...events))
    if (!('rejected' in decision)) events.push(...decision)
  }
  return events
}

/** A session whose story is told, and how many of its events were read. */
function told(events: StreamEvent[]) {
  const recorded = events.map((event, revision) => ({ ...event, revision }))
  const reads = { events: 0 }
  const readStream = async (_stream: string, { direction = 'forwards', from = 0, maxCount = 0 } = {}) => {
    const there = direction === 'backwards' ? recorded.toReversed() : recorded.slice(from)
    const page = there.slice(0, maxCount)
    reads.events += page.length
    return page as never
  }
  return { reads, read: () => readSession({ readStream }, { tenantId: siteId, streamId: cameraId }) }
}

test('the newest claim and the newest events say how a session stands', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), async steps => {
      const events = storyOf(steps)
      expect(await told(events).read()).toEqual(given(...events))
    }),
  ))

test('of a session that broke off a thousand times few events are read', async () => {
  const again = { type: 'StreamReconnecting', data: { epoch: 2, ...broken } } as const
  const flaps = Array.from({ length: 1_000 }, () => [live(2), again]).flat()
  const { read, reads } = told([claimed(north), lost(0, north), claimed(south), ...flaps])
  expect(await read()).toMatchObject({ status: 'held', nodeId: south, epoch: 2, report: broken })
  expect(reads.events).toBeLessThan(50)
})

test('whatever nodes do, one holds the session at a time and only the holder is heard', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const events = storyOf(steps)
      let holder: number | undefined
      events.forEach((event, revision) => {
        if (event.type === 'StreamClaimed') {
          expect(holder).toBeUndefined()
          holder = revision
        } else {
          expect(event.data.epoch).toBe(holder)
          if (event.type === 'StreamNodeLost') holder = undefined
        }
      })
    }),
  )
})
