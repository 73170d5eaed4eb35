import { expect, it } from 'vitest'
import { openEventLog } from './event-log.ts'
import type { EventHeader } from './events.ts'
import { openReading } from './reading.ts'
import { proposed, texts } from './test-log.ts'

it.each(['forwards', 'backwards'] as const)(
  'a filtered read of $all goes %s over all that matches',
  async direction => {
    const log = openEventLog({ file: ':memory:' })
    const rare = (n: number) => n % 97 === 0 || (n > 1_000 && n < 1_600)
    for (let first = 0; first < 5_000; first += 500) {
      const events = Array.from({ length: 500 }, (_, at) =>
        proposed(`${first + at}`, { type: rare(first + at) ? 'Rare' : 'Frequent' }),
      )
      await log.append({ stream: 'a', expected: 'any', events })
    }
    const accepts = ({ type }: EventHeader) => type === 'Rare'
    const expected = Array.from({ length: 5_000 }, (_, n) => n).filter(rare)
    if (direction === 'backwards') expected.reverse()
    for (const limit of [Number.MAX_SAFE_INTEGER, 700, 1]) {
      const from = direction === 'forwards' ? 'start' : 'end'
      const reading = openReading(log, { of: 'all', from, direction, limit, accepts })
      if (reading.state !== 'open') throw new Error(reading.state)
      const read: number[] = []
      for (let page = reading.next(); page; page = reading.next()) read.push(...texts(page).map(Number))
      expect(read).toEqual(expected.slice(0, limit))
    }
    log.close()
  },
)
