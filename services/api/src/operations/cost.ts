import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { limits } from './limits.ts'

/** What things cost where the schema's `@cost` and `@listSize` don't say, in points. */
const weights = {
  /** An operation, whatever it asks: its token is verified, its text is read, it has a connection to the database. */
  operation: 10,
  /** A field of the mutation's root: it reads a stream and appends to it. */
  command: 10,
  object: 1,
  /** What tells of the schema is at hand. */
  introspected: 0.1,
  /** Objects of a list that tells of the schema; there are as many types as there are. */
  introspectedList: 5,
} as const

/** What every operation costs, refused ones too. */
export const leastCost = weights.operation

/** Reckons what operations cost. */
export interface CostReckoning {
  /**
   * The points that a valid operation costs at most: every object that it can be answered with, lists as long as they
   * may be. A field that is selected twice counts twice.
   */
  costOf(
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Record<string, unknown>,
  ): number
}

type Field = GraphQLField<unknown, unknown>

/** What is known of a field before anybody selects it. */
interface FieldCost {
  field: Field
  type: GraphQLNamedOutputType
  weight: number
  /** How many of it one object has; `page` where the page that the object is of says it. */
  size: number | 'page'
  /** The page size where none is given; undefined for a field that takes none. */
  defaultPage: number | undefined
}

/** @throws Error where the schema has a list of objects that says no size */
export function createCostReckoning(schema: GraphQLSchema): CostReckoning {
  const { cost, listSize } = directivesOf(schema)
  const known = new Map<string, ReadonlyMap<string, FieldCost>>()
  const types = Object.values(schema.getTypeMap())
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    const fields = Object.values(type.getFields())
    if (type === schema.getQueryType()) fields.push(SchemaMetaFieldDef, TypeMetaFieldDef)
    known.set(type.name, new Map(fields.map(field => [field.name, fieldCost(type.name, field)])))
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root) requireSizes(root.name, 'it is a root')
  }
  for (const [name, fields] of known) {
    for (const { field, type, defaultPage } of fields.values()) {
      if (defaultPage === undefined) requireSizes(type.name, `${name}.${field.name} takes no page size`)
    }
  }

  function fieldCost(on: string, field: Field): FieldCost {
    const type = getNamedType(field.type)
    const first = field.args.find(({ name }) => name === 'first')
    const node = field.astNode
    const said = node && (getDirectiveValues(cost, node)?.weight as number | undefined)
    const usual = isIntrospectionType(type)
      ? weights.introspected
      : on === schema.getMutationType()?.name
        ? weights.command
        : isCompositeType(type)
          ? weights.object
          : 0
    return {
      field,
      type,
      weight: said ?? usual,
      size: isCompositeType(type) ? sizeOf(field, type) : 1,
      defaultPage: first && Number(first.defaultValue ?? limits.page),
    }
  }

  function sizeOf(field: Field, type: GraphQLNamedOutputType): FieldCost['size'] {
    if (!isList(field.type)) return 1
    if (isIntrospectionType(type)) return field.name === 'types' ? types.length : weights.introspectedList
    const said = field.astNode && getDirectiveValues(listSize, field.astNode)?.assumedSize
    return said === undefined || said === null ? 'page' : Number(said)
  }

  /** A list that says no size is a page of the connection that it stands in. */
  function requireSizes(name: string, why: string): void {
    for (const { field, size } of known.get(name)?.values() ?? []) {
      if (size === 'page') throw new Error(`${name}.${field.name} needs @listSize: ${why}`)
    }
  }

  return {
    costOf(operation, fragments, variables) {
      const reckoned = new Map<string, number>()

      function ofSelections(set: SelectionSetNode, on: string, page: number): number {
        let sum = 0
        for (const selection of set.selections) {
          if (!isLeftOut(selection, variables)) sum += ofSelection(selection, on, page)
        }
        return sum
      }

      function ofSelection(selection: SelectionNode, on: string, page: number): number {
        if (selection.kind === 'Field') return ofField(selection, on, page)
        if (selection.kind === 'InlineFragment') {
          return ofSelections(selection.selectionSet, selection.typeCondition?.name.value ?? on, page)
        }
        // Once for each page size: fragments that spread others twice would else be walked for ever.
        const key = `${selection.name.value} ${page}`
        const before = reckoned.get(key)
        if (before !== undefined) return before
        const fragment = fragments.get(selection.name.value)
        const sum = fragment
          ? ofSelections(fragment.selectionSet, fragment.typeCondition.name.value, page)
          : 0
        reckoned.set(key, sum)
        return sum
      }

      function ofField(node: FieldNode, on: string, page: number): number {
        const here = known.get(on)?.get(node.name.value)
        if (!here) return 0
        const { field, type, weight, size, defaultPage } = here
        if (!node.selectionSet) return weight
        const inner = defaultPage === undefined ? 0 : pageOf(field, node, defaultPage, variables)
        return (size === 'page' ? page : size) * (weight + ofSelections(node.selectionSet, type.name, inner))
      }

      const root = schema.getRootType(operation.operation)
      return Math.ceil(weights.operation + ofSelections(operation.selectionSet, root?.name ?? '', 0))
    },
  }
}

/** Rows of a page that nobody is given more than, whatever was asked for. */
function pageOf(
  field: Field,
  node: FieldNode,
  defaultPage: number,
  variables: Record<string, unknown>,
): number {
  const { first } = getArgumentValues(field, node, variables)
  return Math.min(Math.max(0, Number(first ?? defaultPage)), limits.page)
}

function isLeftOut(
  { directives }: { directives?: readonly DirectiveNode[] },
  variables: Record<string, unknown>,
) {
  if (!directives?.length) return false
  return (
    getDirectiveValues(GraphQLSkipDirective, { directives }, variables)?.if === true ||
    getDirectiveValues(GraphQLIncludeDirective, { directives }, variables)?.if === false
  )
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type))
}

function directivesOf(schema: GraphQLSchema): { cost: GraphQLDirective; listSize: GraphQLDirective } {
  const [cost, listSize] = [schema.getDirective('cost'), schema.getDirective('listSize')]
  if (!cost || !listSize) throw new Error('the schema defines no @cost or no @listSize')
  return { cost, listSize }
}
