import { createLogger } from '@sightline/logging/logging'
import { expect, test, vi } from 'vitest'
import type { Session, SessionPhase } from '../sessions/session.ts'
import type { Answer, StreamReport } from './assignment.ts'
import { Holding } from './holding.ts'

const epoch = { tenantId: 't', streamId: 's', epoch: 3 }
const video = { codec: 'H264', profile: 'High', width: 1, height: 1, reencoded: false }
const live: SessionPhase = { phase: 'LIVE', video }
const stalled: SessionPhase = { phase: 'RECONNECTING', reason: 'STALLED', detail: '' }
const accepted: Answer<object> = { outcome: 'accepted' }

/** A holding whose API answers as told: `down` throws. */
function holdingWith(
  answers: { report?: () => Answer<object>; renew?: () => Answer<object>; leaseBoundMs?: number } = {},
) {
  const sent: { report: StreamReport['report']; commandId: string }[] = []
  const api = { down: false }
  let ids = 0
  let tell: (phase: SessionPhase) => void = () => undefined
  const session: Session = {
    phase: () => live,
    counts: () => ({ sampled: 0, published: 0, tooLarge: 0, unpublished: 0 }),
    close: vi.fn(async () => undefined),
  }
  const onRefused = vi.fn()
  const holding = new Holding(epoch, {
    client: {
      async renewLease() {
        if (api.down) throw new Error('no answer')
        return answers.renew?.() ?? accepted
      },
      report: async (_epoch, { report }, commandId) => {
        sent.push({ report, commandId })
        if (api.down) throw new Error('no answer')
        return answers.report?.() ?? accepted
      },
    },
    leaseRenewalMs: 5,
    leaseBoundMs: answers.leaseBoundMs ?? 60_000,
    commandRetryMs: 5,
    newId: () => `id-${ids++}`,
    logger: createLogger({ name: 'test', level: 'silent' }),
    onRefused,
  })
  holding.run(onPhase => {
    tell = onPhase
    return session
  })
  return { holding, sent, api, session, onRefused, tell: (phase: SessionPhase) => tell(phase) }
}

test('a report without an answer is sent again under the same id', async () => {
  const { holding, sent, api, tell } = holdingWith()
  api.down = true
  tell(live)
  await expect.poll(() => sent.length).toBeGreaterThan(2)
  api.down = false
  await expect.poll(() => sent.at(-1)).toBeDefined()
  await holding.drop()
  expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(1)
})

test('of several changes that could not be told only the last is, and none that were undone', async () => {
  const { holding, sent, api, tell } = holdingWith()
  tell(live)
  await expect.poll(() => sent.length).toBe(1)
  api.down = true
  tell(stalled)
  await expect.poll(() => sent.length).toBeGreaterThan(1)
  tell(live)
  api.down = false
  tell(live)
  await holding.end(new AbortController().signal)
  expect(sent.filter(({ report }) => report === 'live')).toHaveLength(1)
  expect(sent.at(-1)?.report).toBe('ended')
})

test('a refused renewal or report is told once, and nothing is said afterwards', async () => {
  const refused: Answer<object> = { outcome: 'rejected', code: 'STALE_EPOCH' }
  for (const answers of [{ renew: () => refused }, { report: () => refused }]) {
    const { holding, sent, onRefused, tell } = holdingWith(answers)
    if (answers.report) tell(live)
    await expect.poll(() => onRefused.mock.calls.length).toBe(1)
    const before = sent.length
    tell(stalled)
    await holding.drop()
    expect(sent.length).toBe(before)
    expect(onRefused).toHaveBeenCalledTimes(1)
  }
})

test('an end that can not be told is given up when asked to', async () => {
  const { holding, api, session } = holdingWith()
  api.down = true
  const givingUp = new AbortController()
  const ended = holding.end(givingUp.signal)
  givingUp.abort()
  await ended
  expect(session.close).toHaveBeenCalled()
})

test('a session whose lease nobody renews any more ends within its bound; one that is renewed goes on', async () => {
  const renewed = holdingWith({ leaseBoundMs: 200 })
  const cutOff = holdingWith({ leaseBoundMs: 200 })
  cutOff.api.down = true
  await expect.poll(() => cutOff.onRefused.mock.calls.length, { timeout: 5_000 }).toBe(1)
  expect(renewed.onRefused).not.toHaveBeenCalled()
  await Promise.all([renewed.holding.drop(), cutOff.holding.drop()])
})
