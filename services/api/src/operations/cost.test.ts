import { makeExecutableSchema } from '@graphql-tools/schema'
import * as ofScripts from '@sightline/schema/operations'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import {
  buildSchema,
  type DocumentNode,
  type FragmentDefinitionNode,
  getIntrospectionQuery,
  getOperationAST,
  Kind,
  parse,
} from 'graphql'
import { expect, test } from 'vitest'
import * as ofThePage from '../../../../web/src/generated/graphql.ts'
import { createCostReckoning } from './cost.ts'
import { limits } from './limits.ts'

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions() })
const { costOf } = createCostReckoning(schema)

function cost(asked: string | DocumentNode, variables: Record<string, unknown> = {}): number {
  const document = typeof asked === 'string' ? parse(asked) : asked
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return costOf(getOperationAST(document)!, fragments, variables)
}

test('an operation costs 10, an object 1, a command 10 and a plain field nothing', () => {
  expect(cost('{ site(id: "a") { id name } }')).toBe(10 + 1)
  expect(cost('{ camera(id: "a") { id site { id } } }')).toBe(10 + 2)
  expect(cost('mutation { endSession(input: { sessionId: "a" }) { __typename } }')).toBe(10 + 10)
})

test('what is opened or signed for each object costs 1', () => {
  expect(cost('{ person(id: "a") { id } }')).toBe(10 + 1)
  expect(cost('{ person(id: "a") { id name } }')).toBe(10 + 2)
  expect(cost('{ sighting(id: "a") { cropUrl } }')).toBe(10 + 2)
})

test('a page costs as many rows as are asked for, a page within it as many in each', () => {
  // The connection itself, and of each row the edge and its node.
  const sites = (first: string) => cost(`{ sites${first} { edges { node { id } } } }`)
  expect(sites('(first: 7)')).toBe(10 + 1 + 7 * 2)
  expect(sites('')).toBe(10 + 1 + 50 * 2)
  expect(sites('(first: null)')).toBe(sites(''))
  expect(sites('(first: 0)')).toBe(10 + 1)
  // Nobody is given more, so nobody is charged for it; the field itself says that it is too many.
  expect(sites('(first: 2000000000)')).toBe(sites('(first: 200)'))
  expect(sites('(first: -5)')).toBe(sites('(first: 0)'))
  const within = '{ sites(first: 7) { edges { node { cameras(first: 3) { edges { node { id } } } } } } }'
  expect(cost(within)).toBe(10 + 1 + 7 * (2 + 1 + 3 * 2))
})

test('page sizes come from variables and their defaults', () => {
  const query = 'query Q($first: Int) { sites(first: $first) { edges { node { id } } } }'
  expect(cost(query, { first: 9 })).toBe(10 + 1 + 9 * 2)
  expect(cost(query, {})).toBe(10 + 1 + 50 * 2)
  expect(cost(query, { first: null })).toBe(10 + 1 + 50 * 2)
})

test('lists that are no pages are reckoned with the size that the schema says', () => {
  expect(cost('{ person(id: "a") { pictures { id } } }')).toBe(10 + 1 + 5)
  expect(cost('{ myself { grants { sites { id } } } }')).toBe(10 + 1 + 3 * (1 + 5))
})

test('a subscription costs what its first answer costs', () => {
  expect(cost('subscription { camerasChanged { position changed { id } } }')).toBe(10 + 1 + 50)
  expect(cost('subscription { streamChanged(cameraId: "a") { changed { id } } }')).toBe(10 + 1 + 1)
})

test('fragments cost where they are spread, by the page that they stand in', () => {
  const query = `{ few: sites(first: 2) { ...Page } many: sites(first: 20) { ... on SiteConnection { ...Page } } }
    fragment Page on SiteConnection { edges { ...Edge } }
    fragment Edge on SiteEdge { node { id } }`
  expect(cost(query)).toBe(10 + (1 + 2 * 2) + (1 + 20 * 2))
})

test('what is left out costs nothing, what is asked for twice costs twice', () => {
  const query = `query Q($with: Boolean!) {
    site(id: "a") { id }
    camera(id: "b") @include(if: $with) { id }
    person(id: "c") @skip(if: $with) { id site: sites { id } }
  }`
  expect(cost(query, { with: true })).toBe(10 + 1 + 1)
  expect(cost(query, { with: false })).toBe(10 + 1 + 1 + 5)
  expect(cost('{ site(id: "a") { id } ... { site(id: "a") { id } } }')).toBe(10 + 2)
})

test('fragments that spread others ten times each are reckoned at once', () => {
  const levels = 200
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment F${level} on Query { ${`...F${level + 1} `.repeat(10)} }`,
  )
  const query = `{ ...F0 } ${fragments.join(' ')} fragment F${levels} on Query { tenant { id } }`
  expect(cost(query)).toBeGreaterThan(limits.cost)
})

test('whatever the page and scripts send is within the limit, with the largest pages', () => {
  const documents = [ofScripts, ofThePage].flatMap(each => Object.entries(each))
  const operations = documents.filter(([, document]) => getOperationAST(document))
  expect(operations.length).toBeGreaterThan(80)
  for (const [name, document] of operations) {
    expect(cost(document, { first: limits.page }), name).toBeLessThanOrEqual(limits.cost)
  }
  expect(cost(getIntrospectionQuery())).toBeLessThanOrEqual(limits.cost)
})

test('the schema asked for several times at once costs too much', () => {
  const types = 'types { fields { type { fields { type { name } } } } }'
  const query = `{ ${Array.from({ length: 30 }, (_, index) => `a${index}: __schema { ${types} }`).join(' ')} }`
  expect(cost(query)).toBeGreaterThan(limits.cost)
})

test('a list that says no size is found before anything is served', () => {
  const directives = `directive @cost(weight: Int!) on FIELD_DEFINITION
    directive @listSize(assumedSize: Int!) on FIELD_DEFINITION`
  const reckoningOf = (types: string) => () => createCostReckoning(buildSchema(`${directives} ${types}`))
  const row = 'type Row { id: ID }'
  expect(reckoningOf(`${row} type Query { rows: [Row!]! }`)).toThrow('Query.rows needs @listSize')
  expect(reckoningOf(`${row} type Page { rows: [Row] } type Query { page: Page }`)).toThrow('Page.rows')
  expect(reckoningOf(`${row} type Page { rows: [Row] } type Query { page(first: Int): Page }`)).not.toThrow()
  expect(reckoningOf(`${row} type Query { rows: [Row] @listSize(assumedSize: 3) }`)).not.toThrow()
})
