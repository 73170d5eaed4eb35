import { expect } from 'vitest'
import type { useTestApi } from '../test-api.ts'
import { subscribe } from '../test-reading.ts'
import { type Answer, comparable, type createAsking } from './test-asking.ts'
import type { Level, Row } from './test-rows.ts'
import { type Asker, type Things, unknownThings } from './test-world.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** Somebody with rights of their own who asks for what isn't theirs, and how narrow what they have may be. */
export type Column = Asker & { reaches: readonly Level[] }

export const codesOf = (answer: Answer) => answer.body.errors?.map(({ extensions }) => extensions.code)

/** The answer tells none of these ids but those that were asked with. */
export function expectNoneOf(hidden: ReadonlySet<string>, answer: unknown, asked: object): void {
  const [text, known] = [JSON.stringify(answer), JSON.stringify(asked)]
  expect([...hidden].filter(id => text.includes(id) && !known.includes(id))).toEqual([])
}

/** The types of the events of a tenant that were appended after a position. */
export async function eventsAfter(api: TestApi, tenantId: string, position: bigint): Promise<string[]> {
  const types: string[] = []
  for await (const batch of api.eventLog.readAll({ after: position, live: false, personal: 'erased' })) {
    for (const { type, metadata } of batch) if (metadata.tenantId === tenantId) types.push(type)
  }
  return types
}

/**
 * Checks one cell over HTTP: what isn't the asker's is answered as what isn't there, in every respect, and changes
 * nothing; what is theirs they get.
 * @param may whether the asker's role may ask for the field at all; whoever may not is told so, whatever they ask for
 */
export async function checkCell(
  { api, ask, ours }: { api: TestApi; ask: ReturnType<typeof createAsking>['ask']; ours: Things },
  row: Row,
  { token, asks, hidden, own, reaches }: Column,
  may: boolean,
): Promise<void> {
  const asked = (things: Things) => row.variables?.(things) ?? {}
  const unknown = unknownThings()
  // Once for what is remembered from one request to the next.
  await ask(token, row.query, asked(unknownThings()))
  const before = await api.eventLog.lastPosition()
  const forOurs = await ask(token, row.query, asked(asks))
  const forNothing = await ask(token, row.query, asked(unknown))
  expectNoneOf(hidden, forOurs.body, asked(asks))
  if (may) row.absent(forOurs.body)
  else expect(codesOf(forOurs)).toEqual(['FORBIDDEN'])
  expect(comparable(forOurs, asked(asks))).toEqual(comparable(forNothing, asked(unknown)))
  expect(await eventsAfter(api, ours.tenantId, before)).toEqual([])

  if (!may || !reaches.includes(row.level)) return
  const positive = await ask(token, row.query, asked(own))
  row.there(positive.body, own)
  expectNoneOf(hidden, positive.body, asked(own))
}

/** What subscriptions are asked for to be told the first time, or how they ended: by the code of their error. */
export async function firstOf(
  api: TestApi,
  token: string | undefined,
  query: string,
  variables: object,
): Promise<Answer['body'] | string> {
  const subscription = subscribe<Record<string, unknown>, object>(api.url, token, query, variables)
  const { promise: over, resolve } = Promise.withResolvers<string>()
  void subscription.ended.then(why => resolve(endOf(why)))
  const answer = await Promise.race([subscription.next().catch(() => over), over])
  subscription.close()
  return answer as Answer['body'] | string
}

/** How a subscription ended: by the code of its error, or of its socket. */
function endOf(why: unknown): string {
  const [error] = Array.isArray(why) ? (why as { extensions?: { code?: string } }[]) : []
  if (error) return error.extensions?.code ?? 'an error without a code'
  const { code } = why as { code?: number }
  return code === 4403 ? 'NO SOCKET' : `closed with ${code}`
}

/** Checks one cell of a subscription, as `checkCell` does over HTTP. */
export async function checkTold(
  api: TestApi,
  row: Row,
  { token, asks, hidden, own, reaches }: Column,
  may: boolean,
): Promise<void> {
  const asked = (things: Things) => row.variables?.(things) ?? {}
  const first = (things: Things) => firstOf(api, token, row.query, asked(things))
  const [forOurs, forNothing] = [await first(asks), await first(unknownThings())]
  if (!may) {
    expect([forOurs, forNothing]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
    return
  }
  row.absent(forOurs as Answer['body'])
  expectNoneOf(hidden, forOurs, asked(asks))
  const ofNoMoment = (body: unknown) =>
    JSON.stringify(body)
      .replace(/"position":"[^"]*"/g, '')
      .replace(/"(url|cropUrl)":"[^"]*"/g, '')
  expect(ofNoMoment(forOurs)).toBe(ofNoMoment(forNothing))
  if (!reaches.includes(row.level)) return
  const positive = (await first(own)) as Answer['body']
  row.there(positive, own)
  expectNoneOf(hidden, positive, asked(own))
}
