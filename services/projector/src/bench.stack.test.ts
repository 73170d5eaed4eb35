import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { expect, test } from 'vitest'
import { benchProjector, logOf } from './bench.ts'
import { startWorld } from './test-world.ts'

const stack = await useSharedStack('postgres')

test('the bench tells its figures, and that the rows of live and rebuild are the same', async () => {
  await using world = await startWorld(stack)
  const lines: string[] = []
  const figures = await benchProjector({
    database: world.database,
    logger: createLogger({ name: 'bench', level: 'silent' }),
    eventLog: logOf({ tenants: 2, camerasEach: 2, peopleEach: 2, sightingsEach: 5 }),
    print: line => lines.push(line),
  })
  expect(figures).toMatchObject({ events: 136, rowsIdentical: true })
  expect(lines.join('\n')).toMatch(/live +\d+[\s\S]*rebuild +\d+[\s\S]*identical/)
})
