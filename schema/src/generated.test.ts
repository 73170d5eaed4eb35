import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { generate } from '@graphql-codegen/cli'
import { expect, test } from 'vitest'
import config from '../codegen.ts'

const root = resolve(import.meta.dirname, '../..')

test('what is generated from the schema is current', async () => {
  const generated = (await generate({ ...config, cwd: root }, false)) as {
    filename: string
    content: string
  }[]
  expect(generated.length).toBeGreaterThan(3)
  const stale = generated
    .filter(
      ({ filename, content }) => readFileSync(resolve(root, filename), 'utf8').trim() !== content.trim(),
    )
    .map(({ filename }) => relative(root, resolve(root, filename)))
  expect(stale, 'run `npm run codegen`').toEqual([])
})
