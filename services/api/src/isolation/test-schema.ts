import { makeExecutableSchema } from '@graphql-tools/schema'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isUnionType,
  parse,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** The schema that the isolation table is held against. */
export const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions() })

const rootOf = {
  query: schema.getQueryType()!,
  mutation: schema.getMutationType()!,
  subscription: schema.getSubscriptionType()!,
}
export type RootKind = keyof typeof rootOf

/** The names of a root's fields, sorted. */
export const rootFields = (kind: RootKind) => Object.keys(rootOf[kind].getFields()).sort()

/** All fields of a type that lead nowhere: a selection that a new one is in by itself. */
export function leaves(typeName: string): string {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} has no fields`)
  const fields = Object.values(type.getFields()).filter(field => isLeafType(getNamedType(field.type)))
  return fields.map(({ name }) => name).join(' ')
}

/** Every field that can be asked for below a root, as `Camera.site`, sorted. */
export function fieldsBelow(kind: RootKind): string[] {
  const coordinates: string[] = []
  const seen = new Set<GraphQLNamedType>()
  const look = (type: GraphQLNamedType): void => {
    if (seen.has(type)) return
    seen.add(type)
    if (isUnionType(type)) type.getTypes().forEach(look)
    if (!isObjectType(type)) return
    for (const field of Object.values(type.getFields())) {
      if (type !== rootOf[kind]) coordinates.push(`${type.name}.${field.name}`)
      look(getNamedType(field.type))
    }
  }
  look(rootOf[kind])
  return coordinates.sort()
}

/** Whether a field, `Camera.site`, has fields of its own. */
export function leadsOn(coordinate: string): boolean {
  const [typeName, fieldName] = coordinate.split('.')
  const type = schema.getType(typeName!)
  return isObjectType(type) && !isLeafType(getNamedType(type.getFields()[fieldName!]!.type))
}

/** The fields that operations ask for below their root. */
export function fieldsAskedFor(operations: readonly string[]): Set<string> {
  const asked = new Set<string>()
  for (const operation of operations) {
    const types = new TypeInfo(schema)
    visit(
      parse(operation),
      visitWithTypeInfo(types, {
        Field(node) {
          asked.add(`${types.getParentType()?.name}.${node.name.value}`)
        },
      }),
    )
  }
  return asked
}

/**
 * Every id that a root's fields take, nested inputs too, as `grantScope(input.siteIds)`; the names that callers give their
 * commands aside, which mean something within the stream of their own thing alone.
 */
export function idsTaken(kind: RootKind): string[] {
  const taken: string[] = []
  const look = (path: string, name: string, type: GraphQLInputType): void => {
    const named = getNamedType(type)
    if (named.name === 'UUID' && name !== 'commandId') taken.push(path)
    if (!isInputObjectType(named)) return
    for (const field of Object.values(named.getFields()))
      look(`${path}.${field.name}`, field.name, field.type)
  }
  for (const field of Object.values(rootOf[kind].getFields())) {
    for (const { name, type } of field.args) look(`${field.name}(${name}`, name, type)
  }
  return taken.map(path => `${path})`).sort()
}

/** The ids among those that an operation gives. */
export function idsGiven(operation: string, variables: Record<string, unknown>): string[] {
  const given: string[] = []
  const look = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) look(`${path}.${name}`, inner)
    } else if (value !== undefined && value !== null) given.push(`${path})`)
  }
  const [definition] = parse(operation).definitions
  if (definition?.kind !== 'OperationDefinition') throw new Error('the operation comes first')
  for (const field of definition.selectionSet.selections as FieldNode[]) {
    for (const { name, value } of field.arguments ?? []) {
      look(`${field.name.value}(${name.value}`, valueFromASTUntyped(value, variables))
    }
  }
  return given
}

/** The fields of a root that take an argument of this type, and its name. */
export function takersOf(typeName: string): { kind: RootKind; field: string; argument: string }[] {
  return (['query', 'mutation', 'subscription'] as const).flatMap(kind =>
    Object.values(rootOf[kind].getFields()).flatMap(field =>
      field.args
        .filter(({ type }) => getNamedType(type).name === typeName)
        .map(({ name }) => ({ kind, field: field.name, argument: name })),
    ),
  )
}

/** The lists that are asked for page by page, with the type that has them: `Query.cameras`, `Site.cameras`. */
export function pagedLists(): { type: string; field: string }[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap(type =>
      Object.values(type.getFields())
        .filter(field => field.args.some(({ type }) => getNamedType(type).name === 'Cursor'))
        .map(field => ({ type: type.name, field: field.name })),
    )
}
