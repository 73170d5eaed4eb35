import { statementName } from '@sightline/database/sql'
import type { useTestApi } from '../test-api.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** An answer over HTTP, and the statements that it took, by door and name, in no order that means anything. */
interface Noted<Body> {
  status: number
  headers: Record<string, string>
  body: Body
  statements: string[]
}

/** An answer to an operation. */
export type Answer = Noted<{
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions: Record<string, unknown> & { code: string } }[]
}>

/** Headers that say when, or how often somebody asked. */
const ofTheMoment = /^(date|keep-alive|ratelimit.*|x-ratelimit.*)$/

/** What the API asks by itself from time to time. */
const byItself: ReadonlySet<string> = new Set(['signingKeys'])

/** Settings of an API in which nothing but what is asked sends statements, however much that is. */
export const quiet = {
  sweepIntervalMs: 3_600_000,
  recheckMs: 3_600_000,
  requestsOfPrincipalRate: { points: 1e9, seconds: 60 },
}

/** Asks one operation at a time and notes the statements that the API sends for it. */
export function createAsking(api: TestApi) {
  let statements: string[] = []
  let lookedFor: unknown[] = []
  const { database, eventLog } = api
  const { asPrincipal, inOps } = database
  const noting =
    (door: string, sql: Parameters<Parameters<typeof asPrincipal>[1]>[0]): typeof sql =>
    (text, values) => {
      const name = statementName(text)
      if (!byItself.has(name)) statements.push(`${door} ${name}`)
      lookedFor.push(...(values ?? []))
      return sql(text, values)
    }
  database.asPrincipal = (principal, use) =>
    asPrincipal(principal, sql => use(noting(`read as ${principal.kind}`, sql)))
  const { readStream } = eventLog
  eventLog.readStream = (stream, ...rest) => {
    lookedFor.push(stream)
    return readStream(stream, ...rest)
  }
  database.inOps = (role, tenantId, use) => inOps(role, tenantId, sql => use(noting(role, sql)))

  async function noted(request: Promise<Response>): Promise<Noted<string>> {
    statements = []
    const response = await request
    const body = await response.text()
    const headers = [...response.headers].filter(([name]) => !ofTheMoment.test(name.toLowerCase()))
    const { status } = response
    return { status, headers: Object.fromEntries(headers), body, statements: [...statements].sort() }
  }

  return {
    /** What is looked for while something is asked: each value of a statement and each name of a stream. */
    async lookedForBy(asking: () => Promise<unknown>): Promise<string[]> {
      lookedFor = []
      await asking()
      return lookedFor.map(String)
    },

    /** Asks whatever is asked over HTTP. */
    noted,

    /** Sends one operation. */
    async ask(token: string | undefined, query: string, variables: object = {}): Promise<Answer> {
      const answer = await noted(
        fetch(`${api.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify({ query, variables }),
        }),
      )
      return { ...answer, body: JSON.parse(answer.body) as Answer['body'] }
    },
  }
}

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** An answer without what is of the request alone: the ids that it named, and the trace. */
export function comparable({ status, headers, body, statements }: Noted<unknown>, asked: object): object {
  let text = typeof body === 'string' ? body : JSON.stringify(body)
  for (const id of JSON.stringify(asked).match(uuids) ?? []) text = text.replaceAll(id, 'asked')
  text = text.replace(/"traceId":"[^"]*"/g, '"traceId"').replace(/"position":"[^"]*"/g, '"position"')
  // An address of a picture says until which minute it counts.
  text = text.replace(/"(url|cropUrl)":"[^"]*"/g, '"$1"')
  return { status, headers, body: text, statements }
}
