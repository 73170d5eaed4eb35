import { expect, test } from 'vitest'
import { GivenUpError, persistently } from './persistently.ts'

const options = {
  signal: new AbortController().signal,
  isPassing: (error: unknown) => error instanceof RangeError,
  pauses: { first: 1, longest: 2 },
}

test('what waiting may mend is called until it succeeds, and each fault is told', async () => {
  const faults = [new RangeError('one'), new RangeError('two')]
  const told: unknown[] = []
  const call = async () => {
    const fault = faults.shift()
    if (fault) throw fault
    return 'done'
  }
  expect(await persistently(call, { ...options, onRetry: error => told.push(error) })).toBe('done')
  expect(told).toEqual([new RangeError('one'), new RangeError('two')])
})

test('what waiting can’t mend is thrown at once', async () => {
  let calls = 0
  const call = async () => {
    calls += 1
    throw new TypeError('for good')
  }
  await expect(persistently(call, options)).rejects.toThrow('for good')
  expect(calls).toBe(1)
})

test('it gives up in the middle of a pause', async () => {
  const leaving = new AbortController()
  const waiting = persistently(() => Promise.reject(new RangeError('away')), {
    ...options,
    signal: leaving.signal,
    pauses: { first: 3_600_000, longest: 3_600_000 },
    onRetry: () => leaving.abort(),
  })
  await expect(waiting).rejects.toThrow(GivenUpError)
})
