/** What stands in a log line where a value was taken out. */
export const REDACTED = '[redacted]'

const exactKeys = new Set([
  'name',
  'displayname',
  'firstname',
  'lastname',
  'fullname',
  'personname',
  'email',
  'address',
  'cameraaddress',
  'source',
  'code',
  'key',
  'datakey',
  'masterkey',
  'privatekey',
  'signingkey',
  'apikey',
  'credential',
  'credentials',
  'cookie',
  'set-cookie',
  'query',
  'querystring',
  'variables',
  'plaintext',
])

/** Whatever a key of these stands before (`accessToken`, `POSTGRES_PASSWORD`), its value is a secret. */
const secretEnding =
  /(?:password|passwd|passphrase|token|secret|secrethash|vector|template|embedding|authorization|email)s?$/

/** A role's password is an environment variable such as POSTGRES_PASSWORD_OPS_API: the word leads. */
const secretInside = /password|secret/

function isSecretKey(key: string): boolean {
  const lower = key.toLowerCase()
  const word = lower.replaceAll(/[_-]/g, '')
  return exactKeys.has(lower) || exactKeys.has(word) || secretEnding.test(word) || secretInside.test(word)
}

/** Longest text that a log line carries in one value, characters. */
const MAX_TEXT = 8_000
const MAX_DEPTH = 8
const MAX_ITEMS = 100

/**
 * Takes out of a text what must not be in a log wherever it stands: the user and password of an address,
 * query strings, bearer tokens, JWTs, API keys, e-mail addresses, and the token in the path of a picture.
 */
export function redactText(text: string): string {
  const bounded = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text
  // Nearly all texts have none of the marks that the patterns begin with; this spares them the search.
  if (!/[@?]|eyJ|earer|sl_|pictures\/|crops\//.test(bounded)) return bounded
  return (
    bounded
      // A password may itself hold '@', '/', '?' or ':', so everything up to the last '@' before a blank goes.
      .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s"'`<>]*@/gi, `$1${REDACTED}@`)
      .replaceAll(/\bBearer\s+[^\s"'`,;]+/gi, `Bearer ${REDACTED}`)
      .replaceAll(/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, REDACTED)
      .replaceAll(/\bsl_[a-z]+_[\w-]+/g, REDACTED)
      .replaceAll(/\b(pictures|crops)\/[\w.~-]{40,}/g, `$1/${REDACTED}`)
      .replaceAll(/([/\w\])-])\?[^\s"'`<>?=]+=[^\s"'`<>]*/g, `$1?${REDACTED}`)
      .replaceAll(/[^\s"'`<>(),;:=[\]]+@[\w-]+(?:\.[\w-]+)+/g, match =>
        match.startsWith('/') ? match : REDACTED,
      )
  )
}

/**
 * A copy of a log line's fields that is fit to be written: values under secret keys are replaced, texts pass
 * `redactText`, errors become plain objects, bytes become their count, cycles and depths are cut.
 */
export function redactFields(fields: object): Record<string, unknown> {
  return redactObject(fields, 0, new Set()) as Record<string, unknown>
}

function redactValue(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof URL) return redactText(value.href)
  if (above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return '[deep]'
  return redactObject(value, depth, above)
}

function redactObject(value: object, depth: number, above: Set<object>): unknown {
  above.add(value)
  try {
    if (value instanceof Error) return redactError(value, depth, above)
    if (Array.isArray(value) || value instanceof Set) {
      const items = [...value]
      const kept = items.slice(0, MAX_ITEMS).map(item => redactValue(item, depth + 1, above))
      return items.length > MAX_ITEMS ? [...kept, `… ${items.length - MAX_ITEMS} more`] : kept
    }
    const entries = value instanceof Map ? value.entries() : Object.entries(value)
    const redacted: Record<string, unknown> = {}
    for (const [key, field] of entries) {
      const name = String(key)
      // A null or absent value tells nothing, and that it is absent may be what the line is about.
      redacted[name] =
        isSecretKey(name) && field !== null && field !== undefined
          ? REDACTED
          : redactValue(field, depth + 1, above)
    }
    return redacted
  } finally {
    above.delete(value)
  }
}

/** Where a database's error quotes the row, the text or the statement that it failed at. */
const quotingKeys = ['detail', 'where', 'hint', 'internalQuery']

/** What an error's `code` may look like to be taken for an error code: `ECONNREFUSED`, `42P01`, 14. */
const errorCode = /^[A-Z0-9_]{2,40}$/

function redactError(error: Error, depth: number, above: Set<object>): Record<string, unknown> {
  const { name, message, stack, cause, code, ...rest } = error as Error & { code?: unknown }
  for (const key of quotingKeys) if (key in rest) Object.assign(rest, { [key]: REDACTED })
  const plain: Record<string, unknown> = {
    ...(redactObjectFields(rest, depth, above) as object),
    type: error.constructor.name === 'Error' ? name : error.constructor.name,
    message: redactText(message),
  }
  if (typeof code === 'number' || (typeof code === 'string' && errorCode.test(code))) plain.code = code
  if (stack !== undefined) plain.stack = redactText(stack)
  if (cause !== undefined) plain.cause = redactValue(cause, depth + 1, above)
  if (error instanceof AggregateError) plain.errors = redactValue(error.errors, depth + 1, above)
  return plain
}

function redactObjectFields(fields: object, depth: number, above: Set<object>): unknown {
  return depth >= MAX_DEPTH ? {} : redactObject(fields, depth, above)
}
