import { createHash } from 'node:crypto'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { getIntrospectionQuery } from 'graphql'
import { expect, test, vi } from 'vitest'
import type { Principal } from '../context.ts'
import { scalars } from '../scalars.ts'
import { limits } from './limits.ts'
import {
  createOperationPreparation,
  OperationRefusedError,
  type OperationSender,
  type PreparedOperation,
} from './prepare.ts'
import { abusiveDocuments } from './test-abuse.ts'

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions(), resolvers: scalars })
const preparation = createOperationPreparation(schema)
const person: Principal = { kind: 'person', tenantId: 't', id: 'anna', sessionId: null }

type Sender = OperationSender<undefined>

const anna: Sender = {
  principal: person,
  allowed: ['query', 'mutation'],
  take: () => {},
  permit: async () => undefined,
}
const subscriber: Sender = { ...anna, allowed: ['subscription'] }

const tried = async (
  incoming: unknown,
  sender: Sender = anna,
): Promise<PreparedOperation<undefined> | string[]> => {
  try {
    return await preparation.prepare(incoming, sender)
  } catch (error) {
    if (!(error instanceof OperationRefusedError)) throw error
    return error.errors.map(each => String(each.extensions.code))
  }
}
/** What an operation that is prepared has; others have codes. */
const prepared = { cost: { allowed: limits.cost } }

test('an ordinary operation is prepared, with the positions that it names', async () => {
  const query = `query Two($at: Position) { sites(atLeast: "p1") { edges { node { id } } } ...More }
    fragment More on Query { cameras(atLeast: $at) { pageInfo { hasNextPage } } }`
  const permit = vi.fn(async () => undefined)
  expect(await tried({ query, variables: { at: 'p2' } }, { ...anna, permit })).toMatchObject(prepared)
  const actions = ['sites', 'cameras'].map(name => ({ kind: 'query', name }))
  expect(permit.mock.calls).toEqual([[actions, ['p1', 'p2']]])
  expect(preparation.preparedDocument(createHash('sha256').update(query).digest('hex'))).toBeDefined()
})

test('what is no operation is refused with what is wrong', async () => {
  for (const body of [undefined, null, 'query', [{ query: '{ tenant { id } }' }]]) {
    expect(await tried(body)).toEqual(['BAD_REQUEST'])
  }
  expect(await tried({ query: undefined })).toEqual(['BAD_REQUEST'])
  expect(await tried({ query: 7 })).toEqual(['BAD_REQUEST'])
  expect(await tried({ query: '{ sites', operationName: 'x' })).toEqual(['GRAPHQL_PARSE_FAILED'])
  expect(await tried({ query: '{ nothing }' })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  expect(await tried({ query: '{ tenant { id } }', variables: [] })).toEqual(['BAD_REQUEST'])
  expect(await tried({ query: 'query A { tenant { id } } query B { tenant { id } }' })).toEqual([
    'OPERATION_RESOLUTION_FAILURE',
  ])
  expect(await tried({ query: '{ tenant { id } }', operationName: 'B' })).toEqual([
    'OPERATION_RESOLUTION_FAILURE',
  ])
})

test('2,000 tokens are read and no more', async () => {
  // Eight tokens each.
  const operations = (count: number) =>
    Array.from({ length: count }, (_, index) => `query Q${index} { tenant { id } }`).join(' ')
  expect(await tried({ query: operations(249), operationName: 'Q7' })).toMatchObject(prepared)
  expect(await tried({ query: operations(251), operationName: 'Q7' })).toEqual(['OPERATION_TOO_LARGE'])
})

test('a selection repeats a field ten times and no more, wherever it stands', async () => {
  const sites = (times: number) => 'sites { edges { cursor } } '.repeat(times)
  expect(await tried({ query: `{ ${sites(10)} }` })).toMatchObject(prepared)
  expect(await tried({ query: `{ ${sites(11)} }` })).toEqual(['OPERATION_TOO_LARGE'])
  const elsewhere = [
    `query A { tenant { id } } query B { ${sites(11)} }`,
    `query A { tenant { id } } fragment Unused on Query { ${sites(11)} }`,
    `query A { ${'... { tenant { id } } '.repeat(11)} }`,
    `query A { ${'...F '.repeat(11)} } fragment F on Query { tenant { id } }`,
  ]
  for (const query of elsewhere)
    expect(await tried({ query, operationName: 'A' })).toEqual(['OPERATION_TOO_LARGE'])
})

test('a subscription can not leave out its only field', async () => {
  for (const query of [
    'subscription { agentsChanged @skip(if: true) { position } }',
    'subscription { ... @include(if: false) { agentsChanged { position } } }',
    'subscription { ...F @skip(if: true) } fragment F on Subscription { agentsChanged { position } }',
  ]) {
    expect(await tried({ query }, subscriber)).toEqual(['BAD_REQUEST'])
  }
})

test('12 levels are allowed and no more, through fragments too', async () => {
  const twelve = `{ sites(first: 5) { edges { node { cameras(first: 5) { edges { node { sightings { edges { node {
    candidates { person { name } } } } } } } } } } } }`
  expect(await tried({ query: twelve })).toMatchObject(prepared)
  const thirteen = twelve.replace('name', 'pictures { id }')
  expect(await tried({ query: thirteen })).toEqual(['OPERATION_TOO_LARGE'])
  const hidden = thirteen.replace(/candidates \{ person \{ pictures \{ id \} \} \}/, '...Seen')
  expect(
    await tried({
      query: `${hidden} fragment Seen on Sighting { candidates { person { pictures { id } } } }`,
    }),
  ).toEqual(['OPERATION_TOO_LARGE'])
})

test('30 aliases are allowed and no more', async () => {
  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: tenant { id }`).join(' ')} }`
  expect(await tried({ query: aliases(30) })).toMatchObject(prepared)
  expect(await tried({ query: aliases(31) })).toEqual(['OPERATION_TOO_LARGE'])
})

test('fragments within themselves end in an error, not in an endless walk', async () => {
  const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'
  expect(await tried({ query })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  // One is found, not each of the ways round.
  const { 'fragments that go round': many } = abusiveDocuments('query')
  expect(await tried({ query: many })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
})

test('wrong variables are named', async () => {
  const query = 'query One($id: UUID!) { site(id: $id) { id } }'
  expect(await tried({ query, variables: { id: 'no-uuid' } })).toEqual(['BAD_USER_INPUT'])
  expect(await tried({ query, variables: {} })).toEqual(['BAD_USER_INPUT'])
})

test('the schema may be asked for, but not by strangers', async () => {
  const query = getIntrospectionQuery()
  expect(await tried({ query })).toMatchObject(prepared)
  expect(await tried({ query }, { ...anna, principal: { kind: 'anonymous' } })).toEqual(['UNAUTHENTICATED'])
})

test('an operation of a kind that is not accepted here is refused', async () => {
  const query = 'subscription { agentsChanged { position } }'
  expect(await tried({ query })).toEqual(['OPERATION_NOT_ACCEPTED'])
  expect(await tried({ query }, subscriber)).toMatchObject(prepared)
  expect(await tried({ query: '{ tenant { id } }' }, subscriber)).toEqual(['OPERATION_NOT_ACCEPTED'])
})

test('what costs too much is refused, and says what it costs and what is allowed', async () => {
  const query = (first: number) =>
    `{ sites(first: ${first}) { edges { node { cameras { edges { node { id } } } } } } }`
  expect(await tried({ query: query(90) })).toMatchObject({
    cost: { points: 10 + 1 + 90 * 103, allowed: 20_000 },
  })
  const refusal = await preparation.prepare({ query: query(200) }, anna).catch(error => error)
  const cost = { points: 10 + 1 + 200 * 103, allowed: 20_000 }
  expect(refusal.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY', cost } }])
  expect(refusal.errors[0].message).toBe(
    'The operation costs 20611 points; 20000 are allowed: ask for fewer rows at a time',
  )
})

test('points are taken before anything is read, and the rest once the cost is known; refusals cost the least', async () => {
  const spent = async (incoming: unknown) => {
    const take = vi.fn()
    const permit = vi.fn(async () => undefined)
    await tried(incoming, { ...anna, take, permit })
    return [...take.mock.calls.flat(), permit.mock.calls.length > 0 ? 'permitted' : 'not asked']
  }
  expect(await spent({ query: '{ sites(first: 5) { edges { node { id } } } }' })).toEqual([
    10,
    11,
    'permitted',
  ])
  for (const query of ['{', '{ nothing }', `{ ${'a '.repeat(3_000)} }`, '{ site(id: 7) { id } }', 7]) {
    expect(await spent({ query }), String(query)).toEqual([10, 'not asked'])
  }
  expect(await spent([])).toEqual([10, 'not asked'])
})

test('whoever has no points left is refused before anything is read, and before anything is decided', async () => {
  const permit = vi.fn(async () => undefined)
  const after = (points: number) => {
    let left = points
    return {
      ...anna,
      permit,
      take(asked: number) {
        if (asked > left) throw new Error(`${left} are left of ${points}`)
        left -= asked
      },
    }
  }
  await expect(tried({ query: '{' }, after(9))).rejects.toThrow('9 are left of 9')
  await expect(tried({ query: '{ tenant { id } }' }, after(10))).rejects.toThrow('0 are left of 10')
  expect(permit).not.toHaveBeenCalled()
})
