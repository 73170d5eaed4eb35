import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createFramePairing } from './frame-pairing.ts'
import type { SampledFrame } from './sampler.ts'

const seenAt = Date.parse('2026-01-31T12:00:00.000Z')
const shown = (index: number) => ({ seenAt: seenAt + index, width: 2, height: 2, isBFrame: false })
const jpeg = (index: number) => Buffer.from([index])

function pairing() {
  const frames: SampledFrame[] = []
  const mismatches: string[] = []
  const made = createFramePairing({
    onFrame: frame => frames.push(frame),
    onMismatch: () => mismatches.push('mismatch'),
  })
  return { ...made, frames, mismatches }
}

const both = ['pictures', 'times'] as const
test.each(both)(
  'after a pause that left many frames in the pipes, whose %s come first, each is told',
  async first => {
    const { tell, picture, frames, mismatches } = pairing()
    const all = Array.from({ length: 40 }, (_, index) => index)
    const ofPictures = () => all.forEach(index => void picture(jpeg(index)))
    const ofTimes = () => all.forEach(index => void tell(shown(index)))
    for (const read of first === 'pictures' ? [ofPictures, ofTimes] : [ofTimes, ofPictures]) read()
    await nextTurn()
    expect(mismatches).toEqual([])
    expect(frames).toEqual(
      all.map(index => ({ jpeg: jpeg(index), width: 2, height: 2, seenAt: seenAt + index })),
    )
  },
)

test.each(both)('%s to which nothing comes for long belong to nothing any more', async what => {
  const { tell, picture, frames, mismatches } = pairing()
  for (let index = 0; index < 16; index += 1) what === 'times' ? tell(shown(index)) : picture(jpeg(index))
  await nextTurn()
  expect(mismatches).toEqual([])
  what === 'times' ? tell(shown(16)) : picture(jpeg(16))
  await nextTurn()
  expect(mismatches).toEqual(['mismatch'])
  expect(frames).toEqual([])
})

test('a picture whose time is not known is left out, and the next one keeps its own', () => {
  const { tell, picture, frames } = pairing()
  tell({ ...shown(0), seenAt: undefined })
  tell(shown(1))
  picture(jpeg(0))
  picture(jpeg(1))
  expect(frames).toEqual([{ jpeg: jpeg(1), width: 2, height: 2, seenAt: seenAt + 1 }])
})
