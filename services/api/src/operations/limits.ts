import {
  type ASTNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

/** What one operation may be, whichever way it comes in. */
export const limits = {
  /** Of an HTTP request with an operation, bytes. */
  httpBodyBytes: 100 * 1024,
  /** Of one message on a socket, bytes. */
  socketMessageBytes: 64 * 1024,
  tokens: 2_000,
  depth: 12,
  /** Introspection only reads the schema and goes deeper by its nature. */
  introspectionDepth: 20,
  aliases: 30,
  /** How often one selection names the same field. */
  repetitions: 10,
  /** Rows of a page. */
  page: 200,
  /** Points of an operation; what costs how many is in `cost.ts`. */
  cost: 20_000,
  /** Subscriptions that one socket carries at a time. */
  subscriptionsPerSocket: 100,
} as const

function tooBig(message: string, node: ASTNode): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions: { code: 'OPERATION_TOO_LARGE' } })
}

/** Refuses operations that are nested too deeply, fragments counted where they are spread. */
export const depthRule: ValidationRule = (context: ValidationContext) => {
  const measured = new Map<string, number>()

  /** Fields below, fragments spread; a fragment within itself is another rule's matter. */
  function depthOf(selections: SelectionSetNode, within: readonly string[]): number {
    let deepest = 0
    for (const selection of selections.selections) {
      let depth = 0
      if (selection.kind === Kind.FIELD) {
        depth = 1 + (selection.selectionSet ? depthOf(selection.selectionSet, within) : 0)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        depth = depthOf(selection.selectionSet, within)
      } else {
        depth = depthOfFragment(selection.name.value, within)
      }
      deepest = Math.max(deepest, depth)
    }
    return deepest
  }

  function depthOfFragment(name: string, within: readonly string[]): number {
    if (within.includes(name)) return 0
    const known = measured.get(name)
    if (known !== undefined) return known
    const fragment: FragmentDefinitionNode | null | undefined = context.getFragment(name)
    const depth = fragment ? depthOf(fragment.selectionSet, [...within, name]) : 0
    measured.set(name, depth)
    return depth
  }

  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      const allowed = isIntrospection(operation) ? limits.introspectionDepth : limits.depth
      const depth = depthOf(operation.selectionSet, [])
      if (depth > allowed) {
        context.reportError(
          tooBig(`The operation is ${depth} levels deep; ${allowed} are allowed`, operation),
        )
      }
    },
  }
}

/** Refuses fragments that go round: the rules of GraphQL find each way round, and compare all of them first. */
export const circleRule: ValidationRule = (context: ValidationContext) => {
  const seen = new Map<string, 'walking' | 'walked'>()

  /** Whether a fragment comes to itself, or to one that does. */
  function goesRound(fragment: FragmentDefinitionNode): boolean {
    const name = fragment.name.value
    const before = seen.get(name)
    if (before) return before === 'walking'
    seen.set(name, 'walking')
    const round = context.getFragmentSpreads(fragment.selectionSet).some(spread => {
      const next = context.getFragment(spread.name.value)
      return next ? goesRound(next) : false
    })
    seen.set(name, 'walked')
    return round
  }

  return {
    Document(document) {
      const round = document.definitions.find(
        definition => definition.kind === Kind.FRAGMENT_DEFINITION && goesRound(definition),
      )
      if (round) context.reportError(new GraphQLError('The fragments go round in a circle', { nodes: round }))
    },
  }
}

/** Refuses documents with too many aliases: each asks for the same thing once more. */
export const aliasRule: ValidationRule = (context: ValidationContext) => {
  let aliases = 0
  return {
    Field(node) {
      if (!node.alias) return
      aliases += 1
      if (aliases === limits.aliases + 1) {
        context.reportError(tooBig(`The operation has more than ${limits.aliases} aliases`, node))
      }
    },
  }
}

/** Refuses selections that repeat a field: each repetition is compared with all others when it is validated. */
export const repetitionRule: ValidationRule = (context: ValidationContext) => ({
  SelectionSet(set) {
    const times = new Map<string, number>()
    for (const selection of set.selections) {
      const name =
        selection.kind === Kind.FIELD
          ? (selection.alias ?? selection.name).value
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? `...${selection.name.value}`
            : '...'
      const count = (times.get(name) ?? 0) + 1
      times.set(name, count)
      if (count === limits.repetitions + 1) {
        context.reportError(
          tooBig(`A selection names the same field more than ${limits.repetitions} times`, selection),
        )
      }
    }
  },
})

/** Whether an operation asks about the schema alone. */
function isIntrospection(operation: OperationDefinitionNode): boolean {
  return (
    operation.operation === 'query' &&
    operation.selectionSet.selections.every(
      selection => selection.kind === Kind.FIELD && ['__schema', '__type'].includes(selection.name.value),
    )
  )
}
