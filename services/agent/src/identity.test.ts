import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { IdentityBrokenError, keepIdentity, secretHash } from './identity.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'agent-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('an identity is made once and kept', async () => {
  const made = await keepIdentity(path.join(folder, 'deep/state'))
  expect(Buffer.from(made.secret, 'base64url')).toHaveLength(32)
  expect(await keepIdentity(path.join(folder, 'deep/state'))).toEqual(made)
})

test('the file is for its owner alone, and nothing else is left beside it', async () => {
  await keepIdentity(folder)
  expect(await readdir(folder)).toEqual(['agent.json'])
  expect((await stat(path.join(folder, 'agent.json'))).mode & 0o777).toBe(0o600)
})

test('a file that others may read is closed to them', async () => {
  const made = await keepIdentity(folder)
  const file = path.join(folder, 'agent.json')
  await rm(file)
  await writeFile(file, JSON.stringify(made), { mode: 0o644 })
  expect(await keepIdentity(folder)).toEqual(made)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('of many that make it at once, all get the same', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => keepIdentity(folder)))
  expect(new Set(made.map(identity => identity.secret)).size).toBe(1)
})

test.each(['', '{', '{}', '{"agentId":"x","secret":"y"}'])('%j is told, kept and not quoted', async text => {
  const file = path.join(folder, 'agent.json')
  await writeFile(file, text)
  await expect(keepIdentity(folder)).rejects.toThrow(IdentityBrokenError)
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('what stands for the secret is the hash of its bytes', async () => {
  const identity = await keepIdentity(folder)
  const bytes = Buffer.from(identity.secret, 'base64url')
  expect(secretHash(identity)).toBe(createHash('sha256').update(bytes).digest('hex'))
})
