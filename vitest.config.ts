import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { compiledCode } from './infra/local/setup/locations.mjs'
import { ClosingLineReporter } from './infra/local/src/closing-line.ts'
import { stackKind } from './infra/local/src/stack-kind.ts'

// Each of the workers would compile the same libraries again.
process.env.NODE_COMPILE_CACHE ??= compiledCode()

const never = ['**/node_modules/**', '**/dist/**', '**/.local/**']
const stack = '**/*.stack.test.ts'
const browser = '**/*.browser.test.{ts,tsx}'
const wholeSystem = 'integration-tests/**/*.stack.test.ts'

const onContainers = stackKind() === 'containers'
const sharedStack = ['infra/local/src/shared-stack.ts']
/** What tests Docker's own doings; it runs where the stack is made of containers. */
const containers = '**/*.containers.test.ts'

// As Node finds it. By its field `module` there would be a second instance beside the one of its dependents.
const graphql = fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url))
const resolve = { alias: [{ find: /^graphql$/, replacement: graphql }] }

/** On a busy machine a process stands still for seconds; only a fact that never comes waits for so long. */
const patient = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    passWithNoTests: false,
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...never, stack, browser, containers],
          globalSetup: onContainers ? sharedStack : [],
          maxWorkers: '100%',
          testTimeout: 30_000,
          expect: patient,
          // From 1: vitest runs what has order 0 and one worker last.
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Shares one Kafka and one PostgreSQL, started when the first test asks for them.
        resolve,
        test: {
          name: 'stack',
          include: onContainers ? [stack, containers] : [stack],
          exclude: [...never, wholeSystem],
          globalSetup: sharedStack,
          // More than there are cores: much of their time is waiting for what other processes give up.
          maxWorkers: 4,
          testTimeout: 60_000,
          expect: patient,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What kills parts, plays the whole journey or drives a browser: each with a stack of its own.
        resolve,
        test: {
          name: 'system',
          include: [wholeSystem, browser],
          exclude: never,
          globalSetup: onContainers ? sharedStack : [],
          maxWorkers: 2,
          testTimeout: 120_000,
          expect: patient,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
