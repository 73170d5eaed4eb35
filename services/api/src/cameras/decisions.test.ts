import type { CameraEvent } from '@sightline/contracts/cameras'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CameraToRegister, registerCamera, startStream, stopStream } from './decisions.ts'
import { type CameraState, evolveCamera, noCamera } from './state.ts'

const keyId = '0190b8a0-0000-7000-8000-00000000000a'
const address = { keyId, stream: 'camera-x', field: 'address', iv: 'aXY=', data: 'MQ==', tag: 'dGFn' }
const camera: CameraToRegister = {
  siteId: '0190b8a0-0000-7000-8000-000000000002',
  name: 'Entrance',
  keyId,
  address,
  // The same address sealed twice differs in its bytes; here it opens to the same if it is not another's.
  sameAddress: sealed => sealed.data === address.data,
  framesPerSecond: 2,
  reencode: false,
}
const { sameAddress: _, ...registeredData } = camera
const registered = { type: 'CameraRegistered', data: registeredData } as const
const first = '0190b8a0-0000-7000-8000-000000000101'
const second = '0190b8a0-0000-7000-8000-000000000102'
const started = (streamId: string) => ({ type: 'StreamStarted', data: { streamId } }) as const
const stopped = (streamId: string) => ({ type: 'StreamStopped', data: { streamId } }) as const

function given(...events: CameraEvent[]): CameraState {
  return events.reduce<CameraState>(
    (state, event, revision) => evolveCamera(state, { ...event, revision }),
    noCamera,
  )
}

test('a camera is registered', () => {
  expect(registerCamera(noCamera, camera)).toEqual([registered])
})

test('registering the same camera again changes nothing', () => {
  const sealedAgain = { ...camera, address: { ...address, iv: 'b3RoZXI=' } }
  expect(registerCamera(given(registered), sealedAgain)).toEqual([])
})

test.each<[string, Partial<CameraToRegister>]>([
  ['name', { name: 'Exit' }],
  ['site', { siteId: '0190b8a0-0000-7000-8000-000000000003' }],
  ['address', { sameAddress: () => false }],
  ['rate', { framesPerSecond: 5 }],
  ['re-encoding', { reencode: true }],
])('a camera of another %s can not take the id', (_what, other) => {
  const decision = registerCamera(given(registered), { ...camera, ...other })
  expect(decision).toMatchObject({ rejected: 'ID_IN_USE' })
})

test('a stream is started', () => {
  expect(startStream(given(registered), { streamId: first })).toEqual([started(first)])
})

test('the session is the revision of its start', () => {
  const state = given(registered, started(first), stopped(first), started(second))
  expect(state).toMatchObject({ wanted: { streamId: second, session: 3 } })
})

test('starting the same stream again changes nothing', () => {
  expect(startStream(given(registered, started(first)), { streamId: first })).toEqual([])
})

test('a camera has one session at a time', () => {
  const decision = startStream(given(registered, started(first)), { streamId: second })
  expect(decision).toMatchObject({ rejected: 'ALREADY_STARTED' })
})

test('a stopped session does not begin again', () => {
  const decision = startStream(given(registered, started(first), stopped(first)), { streamId: first })
  expect(decision).toMatchObject({ rejected: 'ID_IN_USE' })
})

test('a stream is stopped', () => {
  expect(stopStream(given(registered, started(first)), { streamId: first })).toEqual([stopped(first)])
})

test('stopping a stopped session changes nothing, however late', () => {
  const state = given(registered, started(first), stopped(first), started(second))
  expect(stopStream(state, { streamId: first })).toEqual([])
})

test('a session that never was can not be stopped', () => {
  const decision = stopStream(given(registered, started(first)), { streamId: second })
  expect(decision).toMatchObject({ rejected: 'NOT_FOUND' })
})

test('a camera that is not there is not found', () => {
  expect(startStream(noCamera, { streamId: first })).toMatchObject({ rejected: 'NOT_FOUND' })
  expect(stopStream(noCamera, { streamId: first })).toMatchObject({ rejected: 'NOT_FOUND' })
})

test('whatever is started and stopped, one session at most is wanted and none twice', () => {
  const step = fc.record({
    command: fc.constantFrom(startStream, stopStream),
    streamId: fc.constantFrom('a', 'b', 'c'),
  })
  fc.assert(
    fc.property(fc.array(step), steps => {
      const events: CameraEvent[] = [registered]
      for (const { command, streamId } of steps) {
        const decision = command(given(...events), { streamId })
        if (!('rejected' in decision)) events.push(...decision)
      }
      const starts = events.filter(event => event.type === 'StreamStarted').map(event => event.data.streamId)
      expect(new Set(starts).size).toBe(starts.length)
      // Starts and stops take turns, and each stop is of the start before it.
      const turns = events
        .slice(1)
        .map(event => (event.type === 'CameraRegistered' ? '' : event.data.streamId))
      turns.forEach((streamId, index) => {
        if (index % 2 === 1) expect(streamId).toBe(turns[index - 1])
      })
    }),
  )
})
