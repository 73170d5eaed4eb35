import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder, syncFolder, writeDurably } from './durable-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'durable-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file is its owner’s alone, and what stands in one is never written over', async () => {
  const file = path.join(folder, 'one')
  await writeDurably(file, 'first')
  await expect(writeDurably(file, 'second')).rejects.toMatchObject({ code: 'EEXIST' })
  expect(await readFile(file, 'utf8')).toBe('first')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('many may make the same folders at once', async () => {
  const wanted = path.join(folder, 'a/b/c')
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(wanted, 0o700)))
  expect((await stat(wanted)).mode & 0o777).toBe(0o700)
  await syncFolder(wanted)
})
