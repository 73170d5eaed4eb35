import { fork } from 'node:child_process'
import { once } from 'node:events'
import { link, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createFolderObjects } from './folder-objects.ts'
import { InvalidObjectKeyError, type ObjectEntry } from './objects.ts'

// The disk of a busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

async function givenFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-objects-'))
  return {
    folder,
    objects: createFolderObjects(path.join(folder, 'objects')),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function listed(entries: AsyncIterable<ObjectEntry>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of entries) keys.push(key)
  return keys.sort()
}

const crop = 't1/faces-derived/s1/0'

test('what was put is there, replaced by the next put, and gone when it is deleted', async () => {
  await using given = await givenFolder()
  const { objects } = given
  expect(await objects.get(crop)).toBeUndefined()
  await objects.put(crop, Buffer.from('one'))
  await objects.put(crop, Buffer.from('another'))
  expect((await objects.get(crop))?.toString()).toBe('another')
  await objects.delete(crop)
  await objects.delete(crop)
  expect(await objects.get(crop)).toBeUndefined()
})

test('bytes come back as they were, none and many', async () => {
  await using given = await givenFolder()
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from([0, 255, 10, 13, 0]),
    Buffer.alloc(10 * 1024 * 1024, 7),
  ]) {
    await given.objects.put(crop, bytes)
    expect((await given.objects.get(crop))?.equals(bytes)).toBe(true)
  }
})

test('only this user can read the files', async () => {
  await using given = await givenFolder()
  await given.objects.put(crop, Buffer.from('face'))
  const { mode } = await stat(path.join(given.folder, 'objects', crop))
  expect(mode & 0o077).toBe(0)
})

test('listing is by whole parts and tells when an object was put', async () => {
  await using given = await givenFolder()
  const keys = ['t1/faces-raw/p1/a', 't1/faces-raw/p1/b', 't1/faces-raw/p10/a', 't2/faces-raw/p1/a']
  const before = Date.now() - 1_000
  for (const key of keys) await given.objects.put(key, Buffer.from(key))
  expect(await listed(given.objects.list(''))).toEqual(keys)
  expect(await listed(given.objects.list('t1/faces-raw/p1'))).toEqual(keys.slice(0, 2))
  expect(await listed(given.objects.list('t1/faces-raw/p1/'))).toEqual(keys.slice(0, 2))
  expect(await listed(given.objects.list('t3'))).toEqual([])
  for await (const { modifiedAt } of given.objects.list('t1')) {
    expect(modifiedAt.getTime()).toBeGreaterThan(before)
  }
})

test('a folder that became empty is gone too', async () => {
  await using given = await givenFolder()
  await given.objects.put('t1/faces-raw/p1/a', Buffer.from('a'))
  await given.objects.put('t1/faces-raw/p2/a', Buffer.from('a'))
  await given.objects.delete('t1/faces-raw/p1/a')
  expect(await readdir(path.join(given.folder, 'objects/t1/faces-raw'))).toEqual(['p2'])
  expect(await listed(given.objects.list(''))).toEqual(['t1/faces-raw/p2/a'])
})

describe('keys that could lead elsewhere are refused by every function', () => {
  test.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../x',
    't1/../../x',
    't1/./x',
    't1//x',
    't1/x/',
    't1/.hidden',
    '.writing/x',
    't1\\x',
    't1/x\0',
    't1/x y',
    't1/ünter',
    't1/%2e%2e',
    `t1/${'x'.repeat(500)}`,
    `${'a/'.repeat(20)}a`,
  ])('%j', async key => {
    await using given = await givenFolder()
    await writeFile(path.join(given.folder, 'x'), 'outside')
    await expect(given.objects.put(key, Buffer.from('x'))).rejects.toThrow(InvalidObjectKeyError)
    await expect(given.objects.get(key)).rejects.toThrow(InvalidObjectKeyError)
    await expect(given.objects.delete(key)).rejects.toThrow(InvalidObjectKeyError)
    if (key !== '' && key !== 't1/x/') expect(() => given.objects.list(key)).toThrow(InvalidObjectKeyError)
    expect(await readdir(given.folder)).toEqual(['x'])
  })
})

test('what a killed writer left half-written long ago is cleared away, what is being written is not', async () => {
  await using given = await givenFolder()
  const writing = path.join(given.folder, 'objects/.writing')
  await mkdir(writing, { recursive: true })
  await writeFile(path.join(writing, 'old'), 'half')
  await writeFile(path.join(writing, 'new'), 'half')
  await utimes(path.join(writing, 'old'), new Date('2026-01-01'), new Date('2026-01-01'))
  await given.objects.put(crop, Buffer.from('one'))
  expect(await readdir(writing)).toEqual(['new'])
})

test('what a writer that was killed had entered already is not left beside its place', async () => {
  await using given = await givenFolder()
  const writing = path.join(given.folder, 'objects/.writing')
  await mkdir(writing, { recursive: true })
  const entered = path.join(given.folder, 'objects/entered')
  await writeFile(entered, 'whole')
  await link(entered, path.join(writing, 'left'))
  const twoMinutesAgo = new Date(Date.now() - 120_000)
  await utimes(entered, twoMinutesAgo, twoMinutesAgo)
  await given.objects.put(crop, Buffer.from('one'))
  expect(await readdir(writing)).toEqual([])
  expect((await given.objects.get('entered'))?.toString()).toBe('whole')
})

test('puts, gets and deletions at once see whole objects only', async () => {
  await using given = await givenFolder()
  const { objects } = given
  const versions = Array.from({ length: 8 }, (_, index) => Buffer.alloc(200_000, index))
  await Promise.all(
    versions.map(async bytes => {
      for (let round = 0; round < 10; round++) {
        await objects.put(crop, bytes)
        const there = await objects.get(crop)
        if (there) {
          expect(there.length).toBe(200_000)
          expect(there.every(byte => byte === there[0])).toBe(true)
        }
        if (round % 3 === 0) await objects.delete(crop)
      }
    }),
  )
  await objects.put(crop, versions[0]!)
  expect(await listed(objects.list(''))).toEqual([crop])
})

test('a writer killed at any moment leaves whole objects, and what it was told is stored is there', async () => {
  await using given = await givenFolder()
  const root = path.join(given.folder, 'objects')
  for (let kill = 0; kill < 5; kill++) {
    const writer = fork(new URL('./folder-objects.test-writer.mjs', import.meta.url), [root])
    let stored = -1
    writer.on('message', message => {
      stored = Number(message)
      if (stored >= 5 + kill) writer.kill('SIGKILL')
    })
    await once(writer, 'exit')
    const there = await given.objects.get(crop)
    expect(there!.length).toBe(300_000)
    expect(there!.every(byte => byte === there![0])).toBe(true)
    expect(there![0]).toBeGreaterThanOrEqual(stored % 250)
    expect(await listed(given.objects.list(''))).toEqual([crop])
  }
}, 60_000)
