import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Commit, type EventLog, openEventLog } from './event-log.ts'
import { type Deletion, tombstoneRevision } from './events.ts'
import { resolveLink } from './links.ts'
import { proposed, temporaryLog, texts } from './test-log.ts'

const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, direction: 'forwards' } as const

function said(log: EventLog, stream: string, ...words: string[]) {
  return log.append({ stream, expected: 'any', events: words.map(word => proposed(word)) })
}

function end(log: EventLog, stream: string, kind: Deletion['kind'], expected: Deletion['expected'] = 'any') {
  return log.delete({ stream, expected, kind, id: randomUUID() })
}

describe.each([
  ['in memory', () => openEventLog({ file: ':memory:' })],
  ['in a file', () => temporaryLog().log],
])('a log %s', (_where, open) => {
  it('hides a soft deleted stream until it is appended to, which keeps its other metadata', async () => {
    const log = open()
    await said(log, 'a', '0', '1')
    expect(await end(log, 'a', 'soft', 1)).toMatchObject({ outcome: 'deleted' })
    expect(log.streamState('a')).toEqual({ state: 'absent', last: 1 })
    const metadata = proposed('{"$maxCount":2,"mine":"yes"}', { type: '$metadata' })
    await log.append({ stream: '$$a', expected: 'any', events: [{ ...metadata, isJson: true }] })
    expect(log.streamState('a')).toEqual({ state: 'readable', first: 2, last: 1 })
    await said(log, 'a', '2', '3', '4')
    expect(log.streamState('a')).toEqual({ state: 'readable', first: 3, last: 4 })
    expect(texts(log.readStream('$$a', everything)).map(text => JSON.parse(text))).toMatchObject([
      {},
      { $maxCount: 2, mine: 'yes' },
      { $maxCount: 2, mine: 'yes', $tb: 2 },
    ])
    log.close()
  })

  it('refuses everything that would follow the end of a stream', async () => {
    const log = open()
    await said(log, 'a', '0')
    expect(await end(log, 'a', 'hard', 0)).toMatchObject({ outcome: 'deleted' })
    expect(log.streamState('a')).toEqual({ state: 'deleted' })
    expect(log.streamState('$$a')).toEqual({ state: 'deleted' })
    for (const stream of ['a', '$$a']) {
      expect(await said(log, stream, '1')).toEqual({ outcome: 'stream deleted' })
      expect(await end(log, stream, 'hard')).toEqual({ outcome: 'stream deleted' })
    }
    const [, , tombstone] = log.readAll(everything)
    expect(tombstone).toMatchObject({ type: '$streamDeleted', stream: 'a', revision: tombstoneRevision })
    log.close()
  })

  it('wakes whoever follows the stream, and its metadata', async () => {
    const log = open()
    const commits: Commit[] = []
    await said(log, 'a', '0')
    log.onCommit(commit => commits.push(commit))
    await end(log, 'a', 'soft')
    await said(log, 'a', '1')
    await end(log, 'a', 'hard')
    expect(commits.map(({ streams }) => [...streams].sort())).toEqual([['$$a'], ['$$a', 'a'], ['a']])
    log.close()
  })

  it('resolves a link to what readers are shown, and to nothing else', async () => {
    const log = open()
    await said(log, 'a', '0', '1')
    const targets = ['1@a', '2@a', '0@b', '7', 'x@a', '']
    const links = targets.map(text => proposed(text, { type: '$>' }))
    await log.append({ stream: 'links', expected: 'any', events: [...links, proposed('1@a')] })
    const resolved = log.readStream('links', everything).map(event => resolveLink(log, event))
    expect(resolved.map(link => link && (link.event ? texts([link.event])[0] : 'gone'))).toEqual([
      '1',
      'gone',
      'gone',
      'gone',
      undefined,
      undefined,
      undefined,
    ])
    log.close()
  })
})

it('what was deleted is so after the file was opened again', async () => {
  using opened = temporaryLog()
  await said(opened.log, 'soft', '0')
  await said(opened.log, 'hard', '0')
  await end(opened.log, 'soft', 'soft')
  await end(opened.log, 'hard', 'hard')
  const log = opened.reopen()
  expect(log.streamState('soft')).toEqual({ state: 'absent', last: 0 })
  expect(log.streamState('hard')).toEqual({ state: 'deleted' })
  expect(await said(log, 'soft', '1')).toMatchObject({ revision: 1 })
  expect(log.streamState('soft')).toEqual({ state: 'readable', first: 1, last: 1 })
})
