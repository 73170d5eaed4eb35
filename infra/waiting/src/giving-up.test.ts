import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { endsWithin, unlessAborted } from './giving-up.ts'
import { GivenUpError } from './persistently.ts'

const never = new Promise<never>(() => {})
const failing = () => Promise.reject(new RangeError('away'))

test('work that nobody wants any more is not waited for', async () => {
  const leaving = new AbortController()
  const waiting = unlessAborted(never, leaving.signal)
  leaving.abort()
  await expect(waiting).rejects.toThrow(GivenUpError)
  await expect(unlessAborted(Promise.resolve(1), leaving.signal)).rejects.toThrow(GivenUpError)
  await expect(unlessAborted(failing(), leaving.signal)).rejects.toThrow(GivenUpError)
})

test('work that ends first gives what it gives, and nothing goes on listening', async () => {
  const { signal } = new AbortController()
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1)
  await expect(unlessAborted(failing(), signal)).rejects.toThrow('away')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('work is waited for so long, and a fault is an end', async () => {
  expect(await endsWithin(never, 1)).toBe(false)
  expect(await endsWithin(Promise.resolve(), 3_600_000)).toBe(true)
  expect(await endsWithin(failing(), 3_600_000)).toBe(true)
})
