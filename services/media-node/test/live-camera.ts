import { cameraFilm } from '@sightline/local/assets'
import { type StartedCamera, startCamera } from '@sightline/local/cameras'
import type { ReceivedFrame } from '@sightline/topics/consume-frames'
import { expect, onTestFinished } from 'vitest'
import type { CameraTimings } from '../src/settings.ts'
import { ControlInMemory } from './control-in-memory.ts'
import type { useMediaNodes } from './media-node-under-test.ts'

/** Starts a camera, which sends Franck's film unless told otherwise; it is closed after the test. */
export async function camera(
  options: Partial<Parameters<typeof startCamera>[0]> = {},
): Promise<StartedCamera> {
  const started = await startCamera({ file: cameraFilm('franck'), ...options })
  onTestFinished(() => started.close())
  return started
}

/** A camera that is live on a node, and two frames of which have come. */
export async function makeLive(
  { startNode, want, moreFrames }: Awaited<ReturnType<typeof useMediaNodes>>,
  timings: Partial<CameraTimings> = {},
) {
  const control = new ControlInMemory()
  const started = await camera()
  const node = await startNode({ control, settings: { camera: timings } })
  const streamId = want(control, { source: started.address })
  await moreFrames(streamId, 2)
  return { control, camera: started, node, streamId }
}

/** Sequences and times rise, whatever happened in between: it is one epoch. */
export function expectOneSequence(frames: readonly ReceivedFrame[]): void {
  const attributes = frames.map(frame => frame.attributes)
  expect(new Set(attributes.map(({ epoch }) => epoch)).size).toBe(1)
  const sequences = attributes.map(({ sequence }) => sequence)
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b))
  const times = attributes.map(({ capturedAt }) => Date.parse(capturedAt))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
}
