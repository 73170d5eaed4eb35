import { expect } from 'vitest'
import type { useTestApi } from '../test-api.ts'
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
