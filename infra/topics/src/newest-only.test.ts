import { expect, test } from 'vitest'
import { NewestOnly } from './newest-only.ts'

function heldSender() {
  const sent: number[] = []
  const held: { release: () => void; fail: (error: Error) => void }[] = []
  const lanes = new NewestOnly<number>(item => {
    sent.push(item)
    return new Promise((resolve, reject) => held.push({ release: resolve, fail: reject }))
  })
  return { lanes, sent, held }
}

test('while one is on its way the newest waits and older ones are superseded', async () => {
  const { lanes, sent, held } = heldSender()
  const outcomes = [1, 2, 3, 4].map(item => lanes.offer('camera', item))
  await expect(outcomes[1]).resolves.toBe('superseded')
  await expect(outcomes[2]).resolves.toBe('superseded')
  expect(sent).toEqual([1])
  held[0]!.release()
  await expect(outcomes[0]).resolves.toBe('sent')
  expect(sent).toEqual([1, 4])
  held[1]!.release()
  await expect(outcomes[3]).resolves.toBe('sent')
  await lanes.idle()
})

test('one key never waits for another', async () => {
  const { lanes, sent } = heldSender()
  void lanes.offer('a', 1)
  void lanes.offer('b', 2)
  expect(sent).toEqual([1, 2])
})

test('a failed send is told to whoever offered it, and the next one goes out', async () => {
  const { lanes, sent, held } = heldSender()
  const first = lanes.offer('camera', 1)
  const second = lanes.offer('camera', 2)
  held[0]!.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await expect.poll(() => sent).toEqual([1, 2])
  held[1]!.release()
  await expect(second).resolves.toBe('sent')
})
