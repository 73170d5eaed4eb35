import { describe, expect, it, vi } from 'vitest'
import type { EventLog } from '../log/event-log.ts'
import { proposed, temporaryLog, texts } from '../log/test-log.ts'
import {
  type Subscription,
  type SubscriptionMessage,
  type SubscriptionSource,
  subscribe,
} from './subscription.ts'
import { createWakeUps } from './wake-ups.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

function said(log: EventLog, stream: string, ...words: string[]) {
  return log.append({ stream, expected: 'any', events: words.map(word => proposed(word)) })
}

/** Messages until this many events have come, events as their text. */
async function until(subscription: Subscription, events: number): Promise<string[]> {
  const seen: string[] = []
  for (let got = 0; got < events; ) {
    const messages = await subscription.next()
    if (messages === undefined) throw new Error(`the subscription ended after ${JSON.stringify(seen)}`)
    for (const message of messages) {
      seen.push(textOf(message))
      if (message.message === 'event') got += 1
    }
  }
  return seen
}

function textOf(message: SubscriptionMessage): string {
  return message.message === 'event' ? texts([message.event])[0]! : message.message
}

const words: SubscriptionSource = {
  of: 'all',
  after: -1,
  filter: { on: 'type', match: { regex: /^[^$]/ } },
  checkpointEvery: 1_000,
}

describe('a subscription', () => {
  it('goes over from history to what comes without a gap', async () => {
    using opened = temporaryLog()
    const { log } = opened
    const wakeUps = createWakeUps(log)
    await said(log, 'a', 'one', 'two')
    const subscription = subscribe(log, wakeUps, words)
    expect(await until(subscription, 2)).toEqual(['one', 'two'])
    await said(log, 'b', 'three')
    expect(await until(subscription, 1)).toEqual(['three'])
    expect((await subscription.next())?.map(textOf)).toEqual(['caught up'])
    const coming = until(subscription, 2)
    await said(log, 'a', 'four')
    await said(log, 'a', 'five')
    expect(await coming).toEqual(['four', 'five'])
    subscription.close()
  })

  it('reads while it is pulled and not before: what it was not asked for costs nothing', async () => {
    using opened = temporaryLog()
    let reads = 0
    const log: EventLog = {
      ...opened.log,
      readAll(range) {
        reads += 1
        return opened.log.readAll(range)
      },
    }
    const wakeUps = createWakeUps(log)
    const subscription = subscribe(log, wakeUps, { of: 'all', after: 'end' })
    expect((await subscription.next())?.map(textOf)).toEqual(['caught up'])
    const before = reads
    for (let n = 0; n < 50; n += 1) await said(log, 'a', `${n}`)
    expect(reads).toBe(before)
    expect(await until(subscription, 50)).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`))
    subscription.close()
  })

  it('ends when it is closed, waiting or not', async () => {
    using opened = temporaryLog()
    const wakeUps = createWakeUps(opened.log)
    const subscription = subscribe(opened.log, wakeUps, { of: 'stream', stream: 'a', after: -1 })
    expect((await subscription.next())?.map(textOf)).toEqual(['caught up'])
    const waiting = subscription.next()
    subscription.close()
    expect(await waiting).toBeUndefined()
    expect(await subscription.next()).toBeUndefined()
  })

  it('is woken by a commit that concerns its stream only', async () => {
    using opened = temporaryLog()
    const wakeUps = createWakeUps(opened.log)
    const woken: string[] = []
    wakeUps.once('a', () => woken.push('a'))
    wakeUps.once('b', () => woken.push('b'))
    wakeUps.once(undefined, () => woken.push('all'))
    wakeUps.once('a', () => woken.push('forgotten'))()
    await said(opened.log, 'a', 'one')
    await said(opened.log, 'a', 'two')
    expect(woken.sort()).toEqual(['a', 'all'])
  })

  it('follows one stream from after a revision', async () => {
    using opened = temporaryLog()
    const { log } = opened
    const wakeUps = createWakeUps(log)
    await said(log, 'a', '0', '1', '2')
    await said(log, 'b', 'other')
    const subscription = subscribe(log, wakeUps, { of: 'stream', stream: 'a', after: 0 })
    expect(await until(subscription, 2)).toEqual(['1', '2'])
    await said(log, 'a', '3')
    expect(await until(subscription, 1)).toEqual(['3'])
    subscription.close()
  })
})

describe('a filtered subscription', () => {
  it.each([1, 3, 10, 5_000])('tells a checkpoint every %i events that it looks at', async checkpointEvery => {
    using opened = temporaryLog()
    const { log } = opened
    for (let n = 0; n < 40; n += 1) {
      await log.append({
        stream: `s-${n % 4}`,
        expected: 'any',
        events: Array.from({ length: 50 }, (_, at) =>
          proposed(`${n * 50 + at}`, { type: at % 7 === 0 ? 'Rare' : 'Frequent' }),
        ),
      })
    }
    const ofAll = log.readHeaders({
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
      direction: 'forwards',
      limit: 10_000,
    })
    const expected: (number | string)[] = []
    for (const [index, header] of ofAll.entries()) {
      if (header.type === 'Rare') expected.push(header.position)
      if ((index + 1) % checkpointEvery === 0) expected.push(`checkpoint ${header.position}`)
    }
    const subscription = subscribe(log, createWakeUps(log), {
      of: 'all',
      after: -1,
      filter: { on: 'type', match: { prefixes: ['Rare'] } },
      checkpointEvery,
    })
    const seen: (number | string)[] = []
    for (;;) {
      const messages = (await subscription.next()) ?? []
      if (messages[0]?.message === 'caught up') break
      for (const message of messages) {
        if (message.message === 'event') seen.push(message.event.position)
        if (message.message === 'checkpoint') seen.push(`checkpoint ${message.position}`)
      }
    }
    expect(seen).toEqual(expected)
    subscription.close()
  })

  it('gives large events a few at a time', async () => {
    using opened = temporaryLog()
    const { log } = opened
    for (let n = 0; n < 20; n += 1) await said(log, 'a', `${n}`.padEnd(60_000))
    const subscription = subscribe(log, createWakeUps(log), words)
    const seen: string[] = []
    for (;;) {
      const messages = (await subscription.next()) ?? []
      if (messages[0]?.message === 'caught up') break
      expect(messages.length).toBeLessThanOrEqual(3)
      seen.push(...messages.map(message => textOf(message).trim()))
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`))
    subscription.close()
  })
})
