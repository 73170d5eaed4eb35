import { createHash } from 'node:crypto'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { getIntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'
import type { Principal } from '../context.ts'
import { scalars } from '../scalars.ts'
import { createOperationPreparation, OperationRefusedError, type PreparedOperation } from './prepare.ts'

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions(), resolvers: scalars })
const preparation = createOperationPreparation(schema)
const person: Principal = { kind: 'person', tenantId: 't', id: 'anna', sessionId: null }

const tried = (
  incoming: Parameters<typeof preparation.prepare>[0],
  principal: Principal = person,
  allowed: ('query' | 'mutation' | 'subscription')[] = ['query', 'mutation'],
): PreparedOperation | string[] => {
  try {
    return preparation.prepare(incoming, { principal, allowed })
  } catch (error) {
    if (!(error instanceof OperationRefusedError)) throw error
    return error.errors.map(each => String(each.extensions.code))
  }
}

test('an ordinary operation is prepared, with the positions that it names', () => {
  const query = `query Two($at: Position) { sites(atLeast: "p1") { edges { node { id } } } ...More }
    fragment More on Query { cameras(atLeast: $at) { pageInfo { hasNextPage } } }`
  expect(tried({ query, variables: { at: 'p2' } })).toMatchObject({ positions: ['p1', 'p2'] })
  expect(preparation.preparedDocument(createHash('sha256').update(query).digest('hex'))).toBeDefined()
})

test('what is no operation is refused with what is wrong', () => {
  expect(tried({ query: undefined })).toEqual(['BAD_REQUEST'])
  expect(tried({ query: 7 })).toEqual(['BAD_REQUEST'])
  expect(tried({ query: '{ sites', operationName: 'x' })).toEqual(['GRAPHQL_PARSE_FAILED'])
  expect(tried({ query: '{ nothing }' })).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  expect(tried({ query: '{ tenant { id } }', variables: [] })).toEqual(['BAD_REQUEST'])
  expect(tried({ query: 'query A { tenant { id } } query B { tenant { id } }' })).toEqual([
    'OPERATION_RESOLUTION_FAILURE',
  ])
  expect(tried({ query: '{ tenant { id } }', operationName: 'B' })).toEqual(['OPERATION_RESOLUTION_FAILURE'])
})

test('2,000 tokens are read and no more', () => {
  // Eight tokens each.
  const operations = (count: number) =>
    Array.from({ length: count }, (_, index) => `query Q${index} { tenant { id } }`).join(' ')
  expect(tried({ query: operations(249), operationName: 'Q7' })).toMatchObject({ positions: [] })
  expect(tried({ query: operations(251), operationName: 'Q7' })).toEqual(['OPERATION_TOO_LARGE'])
})

test('a selection repeats a field ten times and no more, wherever it stands', () => {
  const sites = (times: number) => 'sites { edges { cursor } } '.repeat(times)
  expect(tried({ query: `{ ${sites(10)} }` })).toMatchObject({ positions: [] })
  expect(tried({ query: `{ ${sites(11)} }` })).toEqual(['OPERATION_TOO_LARGE'])
  const elsewhere = [
    `query A { tenant { id } } query B { ${sites(11)} }`,
    `query A { tenant { id } } fragment Unused on Query { ${sites(11)} }`,
    `query A { ${'... { tenant { id } } '.repeat(11)} }`,
    `query A { ${'...F '.repeat(11)} } fragment F on Query { tenant { id } }`,
  ]
  for (const query of elsewhere) expect(tried({ query, operationName: 'A' })).toEqual(['OPERATION_TOO_LARGE'])
})

test('a subscription can not leave out its only field', () => {
  for (const query of [
    'subscription { agentsChanged @skip(if: true) { position } }',
    'subscription { ... @include(if: false) { agentsChanged { position } } }',
    'subscription { ...F @skip(if: true) } fragment F on Subscription { agentsChanged { position } }',
  ]) {
    expect(tried({ query }, person, ['subscription'])).toEqual(['BAD_REQUEST'])
  }
})

test('12 levels are allowed and no more, through fragments too', () => {
  const twelve = `{ sites { edges { node { cameras { edges { node { sightings { edges { node {
    candidates { person { name } } } } } } } } } } } }`
  expect(tried({ query: twelve })).toMatchObject({ positions: [] })
  const thirteen = twelve.replace('name', 'pictures { id }')
  expect(tried({ query: thirteen })).toEqual(['OPERATION_TOO_LARGE'])
  const hidden = thirteen.replace(/candidates \{ person \{ pictures \{ id \} \} \}/, '...Seen')
  expect(
    tried({ query: `${hidden} fragment Seen on Sighting { candidates { person { pictures { id } } } }` }),
  ).toEqual(['OPERATION_TOO_LARGE'])
})

test('30 aliases are allowed and no more', () => {
  const aliases = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `a${index}: tenant { id }`).join(' ')} }`
  expect(tried({ query: aliases(30) })).toMatchObject({ positions: [] })
  expect(tried({ query: aliases(31) })).toEqual(['OPERATION_TOO_LARGE'])
})

test('fragments within themselves end in an error, not in an endless walk', () => {
  const query = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'
  expect(tried({ query })).toContain('GRAPHQL_VALIDATION_FAILED')
})

test('wrong variables are named', () => {
  const query = 'query One($id: UUID!) { site(id: $id) { id } }'
  expect(tried({ query, variables: { id: 'no-uuid' } })).toEqual(['BAD_USER_INPUT'])
  expect(tried({ query, variables: {} })).toEqual(['BAD_USER_INPUT'])
})

test('the schema may be asked for, but not by strangers', () => {
  const query = getIntrospectionQuery()
  expect(tried({ query })).toMatchObject({ positions: [] })
  expect(tried({ query }, { kind: 'anonymous' })).toEqual(['UNAUTHENTICATED'])
})

test('an operation of a kind that is not accepted here is refused', () => {
  const query = 'subscription { agentsChanged { position } }'
  expect(tried({ query })).toEqual(['OPERATION_NOT_ACCEPTED'])
  expect(tried({ query }, person, ['subscription'])).toMatchObject({ positions: [] })
  expect(tried({ query: '{ tenant { id } }' }, person, ['subscription'])).toEqual(['OPERATION_NOT_ACCEPTED'])
})
