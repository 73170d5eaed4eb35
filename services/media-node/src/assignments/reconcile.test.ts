import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Assignment } from './assignment.ts'
import { type Action, type HeldStream, reconcile } from './reconcile.ts'

const nodeId = 'me'

function assignment(change: Partial<Assignment> = {}): Assignment {
  return {
    streamId: 's',
    tenantId: 't',
    cameraId: 'c',
    session: 1,
    framesPerSecond: 2,
    reencode: false,
    claim: null,
    source: null,
    ...change,
  }
}

function held(change: Partial<HeldStream> = {}): HeldStream {
  return { streamId: 's', epoch: 4, running: false, ...change }
}

function decide(wanted: Assignment[], own: HeldStream[] = [], pending: string[] = []): Action[] {
  return reconcile({
    nodeId,
    wanted,
    held: new Map(own.map(stream => [stream.streamId, stream])),
    pending: new Set(pending),
  })
}

const mine = { nodeId, epoch: 4 }

test('what nobody holds is claimed', () => {
  expect(decide([assignment()])).toEqual([{ do: 'claim', assignment: assignment() }])
})

test('what another holds is left alone', () => {
  expect(decide([assignment({ claim: { nodeId: 'another', epoch: 1 } })])).toEqual([])
})

test('what an earlier process of this node holds is released, so that it gets a new epoch', () => {
  const wanted = assignment({ claim: mine, source: 'rtsp://camera' })
  expect(decide([wanted])).toEqual([{ do: 'release', assignment: wanted, epoch: 4 }])
})

test('what is held runs as soon as its address is known, and once', () => {
  const unknown = assignment({ claim: mine })
  const known = assignment({ claim: mine, source: 'rtsp://camera' })
  expect(decide([unknown], [held()])).toEqual([])
  expect(decide([known], [held()])).toEqual([{ do: 'run', assignment: known, source: 'rtsp://camera' }])
  expect(decide([known], [held({ running: true })])).toEqual([])
})

test('a row that has not caught up with the claim changes nothing', () => {
  expect(decide([assignment()], [held()])).toEqual([])
  expect(decide([assignment({ claim: { nodeId: 'another', epoch: 3 } })], [held()])).toEqual([])
})

test('what a newer epoch replaced is dropped', () => {
  const replaced = assignment({ claim: { nodeId: 'another', epoch: 5 } })
  expect(decide([replaced], [held({ running: true })])).toEqual([{ do: 'drop', streamId: 's' }])
})

test('what is no longer wanted ends', () => {
  expect(decide([], [held({ running: true })])).toEqual([{ do: 'end', streamId: 's' }])
})

test('nothing is done about a stream that a command is on its way for, and at most one thing about any other', () => {
  const ids: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd')
  const anyAssignment = fc
    .record({
      streamId: ids,
      claim: fc.option(fc.record({ nodeId: fc.constantFrom(nodeId, 'another'), epoch: fc.nat(3) })),
      source: fc.option(fc.constant('rtsp://camera')),
    })
    .map(assignment)
  const anyHeld = fc.record({ streamId: ids, epoch: fc.nat(3), running: fc.boolean() })
  const unique = { selector: ({ streamId }: { streamId: string }) => streamId }
  fc.assert(
    fc.property(
      fc.uniqueArray(anyAssignment, unique),
      fc.uniqueArray(anyHeld, unique),
      fc.uniqueArray(ids),
      (wanted, own, pending) => {
        const actions = decide(wanted, own, pending)
        const touched = actions.map(action =>
          'assignment' in action ? action.assignment.streamId : action.streamId,
        )
        expect(new Set(touched).size).toBe(touched.length)
        expect(touched.filter(streamId => pending.includes(streamId))).toEqual([])
        for (const action of actions) {
          const isHeld = own.some(stream => 'streamId' in action && stream.streamId === action.streamId)
          if (action.do === 'end' || action.do === 'drop') expect(isHeld).toBe(true)
          if (action.do === 'run') expect(action.assignment.claim?.nodeId).toBe(nodeId)
        }
      },
    ),
  )
})
