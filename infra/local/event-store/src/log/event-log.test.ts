import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { EventStoreFileInUseError, NotAnEventStoreFileError } from './database.ts'
import { type Commit, EventLogFaultError, openEventLog } from './event-log.ts'
import { proposed, temporaryLog, texts } from './test-log.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, direction: 'forwards' } as const

describe('the log', () => {
  it('gives back what was appended, after it was opened again too', async () => {
    using opened = temporaryLog()
    await opened.log.append({
      stream: 'a',
      expected: 'no_stream',
      events: [proposed('one'), proposed('two')],
    })
    await opened.log.append({ stream: 'b', expected: 'no_stream', events: [proposed('')] })
    const before = opened.log.readAll(everything)
    expect(texts(before.slice(1))).toEqual(['one', 'two', ''])
    expect(opened.reopen().readAll(everything)).toEqual(before)
    expect(opened.log.lastPosition()).toBe(before.at(-1)?.position)
    expect(await opened.log.append({ stream: 'a', expected: 1, events: [proposed('three')] })).toMatchObject({
      outcome: 'appended',
      revision: 2,
    })
    const { position } = opened.log.readAll(everything).at(-1)!
    expect(position).toBeGreaterThan(before.at(-1)!.position)
  })

  it('starts with one system event, however often it is opened', () => {
    using opened = temporaryLog()
    opened.reopen()
    expect(
      opened
        .reopen()
        .readAll(everything)
        .map(event => event.type),
    ).toEqual(['$epoch-information'])
  })

  it('decides appends that wait together one after the other, in one commit', async () => {
    using opened = temporaryLog()
    const commits: Commit[] = []
    opened.log.onCommit(commit => commits.push(commit))
    const outcomes = await Promise.all([
      opened.log.append({ stream: 'a', expected: 'no_stream', events: [proposed('first')] }),
      opened.log.append({ stream: 'a', expected: 'no_stream', events: [proposed('second')] }),
      opened.log.append({ stream: 'a', expected: 0, events: [proposed('third')] }),
      opened.log.append({ stream: 'b', expected: 'stream_exists', events: [proposed('fourth')] }),
      opened.log.append({ stream: 'c', expected: 'any', events: [proposed('late')], deadline: 1 }),
    ])
    expect(outcomes).toEqual([
      { outcome: 'appended', revision: 0, position: expect.any(Number) },
      { outcome: 'wrong expected revision', current: 0 },
      { outcome: 'appended', revision: 1, position: expect.any(Number) },
      { outcome: 'wrong expected revision', current: -1 },
      { outcome: 'deadline passed' },
    ])
    expect(commits).toEqual([{ streams: new Set(['a']) }])
    expect(texts(opened.log.readStream('a', everything))).toEqual(['first', 'third'])
  })

  it('remembers ids for appends at any revision over a restart, each in its stream', async () => {
    using opened = temporaryLog()
    const event = proposed('once')
    const first = await opened.log.append({ stream: 'a', expected: 'any', events: [event] })
    expect(await opened.log.append({ stream: 'a', expected: 'any', events: [event] })).toEqual(first)
    expect(await opened.reopen().append({ stream: 'a', expected: 'any', events: [event] })).toEqual(first)
    expect(await opened.log.append({ stream: 'b', expected: 'any', events: [event] })).not.toEqual(first)
  })

  it('pages by bytes, so that no page holds many large events', async () => {
    using opened = temporaryLog()
    const large = 'x'.repeat(100_000)
    await opened.log.append({
      stream: 'a',
      expected: 'any',
      events: Array.from({ length: 10 }, () => proposed(large)),
    })
    expect(opened.log.readStream('a', everything)).toHaveLength(2)
    expect(
      opened.log.readStream('a', { ...everything, direction: 'backwards' }).map(event => event.revision),
    ).toEqual([9, 8])
  })

  it('tells the caller of a fault, keeps nothing of what failed, and goes on', async () => {
    using opened = temporaryLog()
    await opened.log.append({ stream: 'a', expected: 'any', events: [proposed('before')] })
    const end = opened.log.lastPosition()
    const kept = proposed('fits')
    const unstorable = {
      ...proposed('x'),
      data: 'no bytes' as unknown as Uint8Array,
      type: {} as unknown as string,
    }
    const failed = await Promise.allSettled([
      opened.log.append({ stream: 'b', expected: 'any', events: [kept] }),
      opened.log.append({ stream: 'a', expected: 'any', events: [unstorable] }),
    ])
    for (const outcome of failed) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(EventLogFaultError) })
    }
    expect(opened.log.lastPosition()).toBe(end)
    expect(opened.log.streamState('b')).toEqual({ state: 'absent', last: -1 })
    expect(await opened.log.append({ stream: 'b', expected: 'any', events: [kept] })).toMatchObject({
      revision: 0,
    })
    expect(texts(opened.log.readAll(everything).slice(1))).toEqual(['before', 'fits'])
  })

  it('stores what was accepted before it closes, and nothing after', async () => {
    using opened = temporaryLog()
    const accepted = opened.log.append({ stream: 'a', expected: 'any', events: [proposed('last')] })
    opened.reopen()
    expect(await accepted).toMatchObject({ outcome: 'appended', revision: 0 })
    expect(texts(opened.log.readStream('a', everything))).toEqual(['last'])
    const { log } = opened
    log.close()
    await expect(log.append({ stream: 'a', expected: 'any', events: [] })).rejects.toThrow(EventLogFaultError)
  })
})

describe('the file', () => {
  it('is held by one log alone until it is closed', () => {
    using opened = temporaryLog()
    expect(() => openEventLog({ file: opened.file })).toThrow(EventStoreFileInUseError)
    opened.log.close()
    openEventLog({ file: opened.file }).close()
  })

  it('is refused if it is something else', () => {
    using opened = temporaryLog()
    const text = `${opened.file}.txt`
    writeFileSync(text, 'This is a text that is long enough to be looked at as a database. '.repeat(20))
    expect(() => openEventLog({ file: text })).toThrow(NotAnEventStoreFileError)
    const other = `${opened.file}.other`
    const database = new DatabaseSync(other)
    database.exec('create table things (id integer)')
    database.close()
    expect(() => openEventLog({ file: other })).toThrow(NotAnEventStoreFileError)
  })

  it('is refused if a newer server wrote it', () => {
    using opened = temporaryLog()
    opened.log.close()
    const database = new DatabaseSync(opened.file)
    database.exec('pragma user_version = 99')
    database.close()
    expect(() => openEventLog({ file: opened.file })).toThrow(/its version is 99/)
  })
})
