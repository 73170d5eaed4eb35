import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideAppend, type WrittenStream } from './decide-append.ts'
import type { ExpectedRevision } from './events.ts'

function stream(...ids: string[]): WrittenStream {
  return {
    current: ids.length - 1,
    deletion: 'none',
    hasMetadata: () => false,
    idAt: revision => ids[revision],
    revisionOf: id => (ids.includes(id) ? ids.lastIndexOf(id) : undefined),
  }
}

const append = { decision: 'append' }
const refuse = { decision: 'refuse' }
const repeat = (revision: number) => ({ decision: 'repeat', revision })

describe('what an append does', () => {
  it.each<[string, WrittenStream, ExpectedRevision, string[], object]>([
    ['starts an absent stream', stream(), 'no_stream', ['a'], append],
    ['starts no stream that exists', stream('a'), 'no_stream', ['b'], refuse],
    ['goes on at the exact revision', stream('a'), 0, ['b'], append],
    ['goes on at the exact revision even with an id that is there', stream('a'), 0, ['a'], append],
    ['does not go on at a revision to come', stream('a'), 1, ['b'], refuse],
    ['does not go on at a revision that has passed', stream('a', 'b'), 0, ['c'], refuse],
    ['repeats the start', stream('a', 'b'), 'no_stream', ['a', 'b'], repeat(1)],
    ['repeats the first of several', stream('a', 'b', 'c'), 'no_stream', ['a'], repeat(0)],
    ['repeats what follows the revision', stream('a', 'b', 'c'), 0, ['b', 'c'], repeat(2)],
    ['does not repeat more than there is', stream('a', 'b'), 0, ['b', 'c'], refuse],
    ['does not repeat in another order', stream('a', 'b', 'c'), 0, ['c', 'b'], refuse],
    ['does not repeat elsewhere', stream('a', 'b', 'c'), 0, ['c'], refuse],
    ['of nothing at the exact revision is one', stream('a'), 0, [], append],
    ['of nothing at a revision that has passed is refused', stream('a', 'b'), 0, [], refuse],
    ['goes on anywhere with any', stream('a'), 'any', ['b'], append],
    ['starts with any', stream(), 'any', ['a'], append],
    ['repeats with any', stream('a', 'b', 'c'), 'any', ['b', 'c'], repeat(2)],
    ['with any whose first id is new goes on', stream('a'), 'any', ['b', 'a'], append],
    ['with any repeats no part', stream('a'), 'any', ['a', 'b'], refuse],
    ['needs a stream that must exist', stream(), 'stream_exists', ['a'], refuse],
    ['goes on where the stream exists', stream('a'), 'stream_exists', ['b'], append],
    ['repeats where the stream exists', stream('a', 'b'), 'stream_exists', ['b'], repeat(1)],
  ])('%s', (_name, state, expected, ids, decision) => {
    expect(decideAppend(state, expected, ids)).toEqual(decision)
  })

  it.each<[string, Partial<WrittenStream>, ExpectedRevision, string[], object]>([
    [
      'takes nothing after the end of the stream',
      { deletion: 'hard' },
      'any',
      ['a'],
      { decision: 'deleted' },
    ],
    ['not even a repeat', { deletion: 'hard' }, 'no_stream', ['a'], { decision: 'deleted' }],
    ['starts a deleted stream anew', { deletion: 'soft' }, 'no_stream', ['z'], append],
    ['repeats the start of a deleted one', { deletion: 'soft' }, 'no_stream', ['a'], repeat(0)],
    ['goes on in a deleted one', { deletion: 'soft' }, 1, ['z'], append],
    ['goes on in a deleted one anywhere', { deletion: 'soft' }, 'any', ['z'], append],
    ['does not go on in a deleted one elsewhere', { deletion: 'soft' }, 0, ['z'], refuse],
    [
      'misses a deleted one that must exist',
      { deletion: 'soft' },
      'stream_exists',
      ['z'],
      { decision: 'deleted' },
    ],
  ])('%s', (_name, deletion, expected, ids, decision) => {
    expect(decideAppend({ ...stream('a', 'b'), ...deletion }, expected, ids)).toEqual(decision)
  })

  it('takes metadata for the existence of a stream', () => {
    const described = { ...stream(), hasMetadata: () => true }
    expect(decideAppend(described, 'stream_exists', ['a'])).toEqual(append)
  })

  it('sent again with the same ids and the same revision stores nothing more', () => {
    const command = fc.record({
      expected: fc.integer({ min: -1, max: 6 }),
      count: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        const stored: string[] = []
        const accepted: { expected: ExpectedRevision; ids: string[]; revision: number }[] = []
        for (const [index, { expected: exact, count }] of commands.entries()) {
          const ids = Array.from({ length: count }, (_, at) => `${index}.${at}`)
          const expected = exact < 0 ? 'no_stream' : exact
          const { decision } = decideAppend(stream(...stored), expected, ids)
          if (decision === 'append') {
            stored.push(...ids)
            accepted.push({ expected, ids, revision: stored.length - 1 })
          }
        }
        for (const { expected, ids, revision } of accepted) {
          expect(decideAppend(stream(...stored), expected, ids)).toEqual(repeat(revision))
        }
      }),
    )
  })
})
