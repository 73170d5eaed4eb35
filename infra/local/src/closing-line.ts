import { writeSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node'

/** How many tests of a run ended in which way. */
export type RunCounts = { passed: number; failed: number; skipped: number }

/** The plain line that ends a run, e.g. `12 passed, 0 failed` or `12 passed, 1 failed, 2 skipped`. */
export function closingLine({ passed, failed, skipped }: RunCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/**
 * Counts the tests of a run. A file that fails to load, a suite whose hooks fail and an error outside of
 * any test count as one failure each, so that a run which can't be green never counts as green.
 */
export function countRun(
  modules: readonly Pick<TestModule, 'children' | 'errors'>[],
  unhandledErrors: readonly SerializedError[],
): RunCounts {
  const counts: RunCounts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
  const hasErrors = (task: { errors(): readonly unknown[] }) => task.errors().length > 0
  for (const module of modules) {
    if (hasErrors(module)) counts.failed += 1
    for (const suite of module.children.allSuites() as Iterable<TestSuite>) {
      if (hasErrors(suite)) counts.failed += 1
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed += 1
      else if (state === 'failed') counts.failed += 1
      else counts.skipped += 1
    }
  }
  return counts
}

/**
 * A vitest reporter that writes {@link closingLine} as the very last line of the run: it waits for the
 * process's `exit`, because teardowns and vitest's own notices come after the end of the run.
 * A run that ends before it has counted anything (a global set-up that fails) is one failure.
 */
export class ClosingLineReporter implements Reporter {
  #counts: RunCounts | undefined
  #watching = false

  onInit(vitest: { config: { watch: boolean } }): void {
    this.#watching = vitest.config.watch
    if (this.#watching) return
    process.once('exit', code => {
      const counts = this.#counts ?? { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
      writeSync(1, `${closingLine(counts)}\n`)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.#counts = countRun(modules, unhandledErrors)
    if (this.#watching) console.log(closingLine(this.#counts))
  }
}
