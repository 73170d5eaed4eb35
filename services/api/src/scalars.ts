import { uuid } from '@sightline/contracts/identifiers'
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

function text(
  name: string,
  options: { parse(value: string): string; serialize?(value: unknown): string },
): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string') throw invalid(`${name} must be a text`)
    return options.parse(value)
  }
  return new GraphQLScalarType<string, string>({
    name,
    serialize: options.serialize ?? String,
    parseValue: parse,
    parseLiteral: node => parse(node.kind === Kind.STRING ? node.value : undefined),
  })
}

function invalid(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}

/** Positions and cursors are opened where the caller is known; here they are texts of a bounded length. */
function opaque(name: string): GraphQLScalarType<string, string> {
  return text(name, {
    parse(value) {
      if (value.length === 0 || value.length > 1_000) throw invalid(`This is no ${name.toLowerCase()}`)
      return value
    },
  })
}

/** The schema's scalars. Ids are lower case inside, whatever a caller writes. */
export const scalars = {
  UUID: text('UUID', {
    parse(value) {
      const parsed = uuid.safeParse(value.toLowerCase())
      if (!parsed.success) throw invalid('This is no UUID')
      return parsed.data
    },
  }),
  DateTime: text('DateTime', {
    parse(value) {
      const instant = new Date(value)
      if (!/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(instant.getTime())) {
        throw invalid('This is no instant of RFC 3339')
      }
      const text = instant.toISOString()
      // In UTC it may be in a year of five digits, which RFC 3339 doesn't know.
      if (!/^\d{4}-/.test(text)) throw invalid('This is no instant of RFC 3339')
      return text
    },
    serialize: value => (value instanceof Date ? value.toISOString() : new Date(String(value)).toISOString()),
  }),
  Position: opaque('Position'),
  Cursor: opaque('Cursor'),
}
