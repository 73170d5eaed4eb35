import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from 'graphql'
import type { Action } from '../access/access-control.ts'
import { isForKind } from '../access/permissions.ts'
import { badRequest, forbidden, type Principal, unauthenticated } from '../context.ts'
import { createCostReckoning, leastCost } from './cost.ts'
import { aliasRule, circleRule, depthRule, limits, repetitionRule } from './limits.ts'

/** Who sends an operation, and what its door knows of them. */
export interface OperationSender<Permit> {
  principal: Principal
  /** What comes in by this door. */
  allowed: readonly `${OperationTypeNode}`[]
  /**
   * Takes points of what the sender may spend: at first what every operation costs, once it is known the rest.
   * @throws GraphQLError TOO_MANY_REQUESTS
   */
  take(points: number): void
  /**
   * Whether they may do this now, and under which rights.
   * @param positions tokens of those at which, or later, it is to be decided
   * @throws GraphQLError where they may not
   */
  permit(actions: readonly Action[], positions: readonly string[]): Promise<Permit>
}

/** An operation that may be executed. */
export interface PreparedOperation<Permit> {
  document: DocumentNode
  operation: OperationDefinitionNode
  operationName: string | undefined
  /** As given; execution coerces them. */
  variables: Record<string, unknown> | undefined
  cost: OperationCost
  permit: Permit
}

/** What an operation costs and what one may cost, in points, as callers are told in `extensions.cost`. */
export interface OperationCost {
  points: number
  allowed: number
}

/** Prepares operations; the one door of HTTP and sockets. */
export interface OperationPreparation {
  /**
   * Checks what came in against the limits, the schema, what the sender may spend and what they may do.
   * @throws OperationRefusedError with everything that is wrong with it; whatever `take` and `permit` throw
   */
  prepare<Permit>(incoming: unknown, sender: OperationSender<Permit>): Promise<PreparedOperation<Permit>>
  /** A document that was prepared a moment ago, by the SHA-256 of its text. */
  preparedDocument(sha256: string): DocumentNode | undefined
}

/** An operation that is not executed, and why; the errors are for the caller's eyes. */
export class OperationRefusedError extends Error {
  override name = 'OperationRefusedError'
  readonly errors: readonly GraphQLError[]
  constructor(errors: readonly GraphQLError[]) {
    super('the operation was refused')
    this.errors = errors
  }
}

/** What is larger than it may be is refused before it is validated: that can cost a hundred times as much. */
const sizeRules = [circleRule, depthRule, aliasRule, repetitionRule]

/** Checked documents are kept up to this many characters in all: clients send the same few again and again. */
const KEPT_CHARACTERS = 500_000

/** @param schema the executable schema */
export function createOperationPreparation(schema: GraphQLSchema): OperationPreparation {
  const { costOf } = createCostReckoning(schema)
  const kept = new Map<string, { document: DocumentNode; characters: number }>()
  let keptCharacters = 0

  function keep(sha256: string, document: DocumentNode, characters: number): void {
    kept.set(sha256, { document, characters })
    keptCharacters += characters
    for (const [oldest, entry] of kept) {
      if (keptCharacters <= KEPT_CHARACTERS) break
      kept.delete(oldest)
      keptCharacters -= entry.characters
    }
  }

  function documentOf(query: string): DocumentNode {
    const sha256 = createHash('sha256').update(query).digest('hex')
    const known = kept.get(sha256)
    if (known) {
      kept.delete(sha256)
      kept.set(sha256, known)
      return known.document
    }
    const document = parseWithin(query)
    for (const rules of [sizeRules, specifiedRules]) {
      const faults = validate(schema, document, rules, { maxErrors: 20 })
      if (faults.length > 0) throw new OperationRefusedError(faults.map(withValidationCode))
    }
    keep(sha256, document, query.length)
    return document
  }

  return {
    async prepare(incoming, { principal, allowed, take, permit }) {
      take(leastCost)
      const { query, operationName, variables } = shapeOf(incoming)
      const document = documentOf(query)
      const operation = operationOf(document, operationName)
      if (!allowed.includes(operation.operation)) {
        throw refused(`A ${operation.operation} is not accepted here`, 'OPERATION_NOT_ACCEPTED')
      }
      const fragments = fragmentsOf(document)
      const fields = rootFields(fragments, operation.selectionSet)
      if (operation.operation === 'subscription' && /@(skip|include)\b/.test(query)) {
        // A subscription without its one field is none, and its execution knows no answer to that.
        throw refused('A subscription leaves nothing out: @skip and @include are not accepted')
      }
      const kind = operation.operation
      const actions = fields.map(field => ({ kind, name: field.name.value }))
      for (const { name } of actions) {
        if (isForKind(principal.kind, kind, name)) continue
        throw new OperationRefusedError([principal.kind === 'anonymous' ? unauthenticated() : forbidden()])
      }
      const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, {
        maxErrors: 20,
      })
      if (values.errors) throw new OperationRefusedError(values.errors.map(withInputCode))
      const cost = { points: costOf(operation, fragments, values.coerced), allowed: limits.cost }
      if (cost.points > cost.allowed) throw tooCostly(cost)
      take(cost.points - leastCost)
      return {
        document,
        operation,
        operationName,
        variables,
        cost,
        permit: await permit(actions, positionsIn(schema, operation, fields, values.coerced)),
      }
    },
    preparedDocument: sha256 => kept.get(sha256)?.document,
  }
}

function refused(message: string, code?: string): OperationRefusedError {
  return new OperationRefusedError([badRequest(message, code)])
}

function tooCostly(cost: OperationCost): OperationRefusedError {
  const message = `The operation costs ${cost.points} points; ${cost.allowed} are allowed: ask for fewer rows at a time`
  return new OperationRefusedError([
    new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COSTLY', cost, http: { status: 400 } } }),
  ])
}

function shapeOf(incoming: unknown) {
  if (Array.isArray(incoming)) throw refused('Several operations in one request are not accepted')
  if (typeof incoming !== 'object' || incoming === null) {
    throw refused('The operation must be a JSON object, content-type application/json')
  }
  const { query, operationName, variables } = incoming as Record<string, unknown>
  if (typeof query !== 'string' || query === '') throw refused('The operation must have a query, a text')
  if (operationName != null && typeof operationName !== 'string')
    throw refused('operationName must be a text')
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw refused('variables must be an object')
  }
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables as Record<string, unknown> | null | undefined) ?? undefined,
  }
}

function parseWithin(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: limits.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const code = error.message.includes('Parsing aborted') ? 'OPERATION_TOO_LARGE' : 'GRAPHQL_PARSE_FAILED'
    throw new OperationRefusedError([withCode(error, code)])
  }
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION)
  const named =
    name === undefined ? operations : operations.filter(operation => operation.name?.value === name)
  if (named.length === 1) return named[0]!
  throw refused(
    name === undefined
      ? 'operationName must name one of the operations'
      : 'There is no operation of this name',
    'OPERATION_RESOLUTION_FAILURE',
  )
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return fragments
}

/** The fields of a root, through fragments; whether @skip takes them out doesn't matter to permissions. */
function rootFields(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  selections: SelectionSetNode,
): FieldNode[] {
  const visited = new Set<string>()
  const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap(selection => {
      if (selection.kind === Kind.FIELD) return [selection]
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet)
      const name = selection.name.value
      if (visited.has(name)) return []
      visited.add(name)
      const fragment = fragments.get(name)
      return fragment ? fieldsOf(fragment.selectionSet) : []
    })
  return fieldsOf(selections)
}

function positionsIn(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
  fields: readonly FieldNode[],
  variables: Record<string, unknown>,
): string[] {
  const root = schema.getRootType(operation)
  return fields.flatMap(field => {
    const definition = root?.getFields()[field.name.value]
    const named = definition?.args.filter(({ type }) => getNamedType(type).name === 'Position') ?? []
    if (!definition || named.length === 0) return []
    const values = getArgumentValues(definition, field, variables)
    return named.map(({ name }) => values[name]).filter(value => typeof value === 'string')
  })
}

function withValidationCode(error: GraphQLError): GraphQLError {
  return withCode(error, 'GRAPHQL_VALIDATION_FAILED')
}

function withInputCode(error: GraphQLError): GraphQLError {
  return withCode(error, 'BAD_USER_INPUT')
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code, ...error.extensions, http: { status: 400 } },
  })
}
