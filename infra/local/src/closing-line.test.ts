import { expect, test } from 'vitest'
import { closingLine, countRun } from './closing-line.ts'

type Module = Parameters<typeof countRun>[0][number]

function ran(states: string[], errors: unknown[] = [], suiteErrors: unknown[] = []): Module {
  return {
    errors: () => errors,
    children: {
      *allSuites() {
        yield { errors: () => suiteErrors }
      },
      *allTests() {
        for (const state of states) yield { result: () => ({ state }) }
      },
    },
  } as unknown as Module
}

test('the closing line counts tests and leaves out what there is none of', () => {
  expect(closingLine(countRun([ran(['passed', 'passed']), ran(['failed'])], []))).toBe('2 passed, 1 failed')
  expect(closingLine(countRun([ran(['passed', 'skipped'])], []))).toBe('1 passed, 0 failed, 1 skipped')
})

test('a file that fails to load, a hook that fails and a stray error are failures', () => {
  const error = { message: 'gone' }
  expect(countRun([ran([], [error])], [])).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(countRun([ran(['skipped'], [], [error])], [])).toEqual({ passed: 0, failed: 1, skipped: 1 })
  expect(countRun([ran(['passed'])], [error])).toEqual({ passed: 1, failed: 1, skipped: 0 })
})
