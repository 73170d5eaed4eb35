import { createPrivateKey } from 'node:crypto'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { MACHINE_AUDIENCE, MACHINE_TOKEN_TYPE } from '@sightline/contracts/tokens'
import { createDatabase } from '@sightline/database/database'
import type { EventToAppend } from '@sightline/event-log/recorded-event'
import { createProjector } from '@sightline/projector/projector'
import { type StoryEvent, toAppend } from '@sightline/projector/test-story'
import { type DocumentNode, print } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { SignJWT } from 'jose'
import { afterAll } from 'vitest'
import WebSocket from 'ws'
import type { useTestApi } from './test-api.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** Keeps the read models of a test's API, until the file ends. It can be stopped and started again. */
export async function useProjector(api: TestApi) {
  const { projector: password } = api.passwords
  const database = createDatabase({
    connection: api.connection,
    roles: { projector: password },
    logger: api.logger,
  })
  const begin = async () => {
    const projector = createProjector({ eventLog: api.eventLog, database, logger: api.logger })
    await projector.start()
    return projector
  }
  let running: Awaited<ReturnType<typeof begin>> | undefined = await begin()
  const stop = async () => {
    await running?.close()
    running = undefined
  }
  afterAll(async () => {
    await stop()
    await database.close()
  })
  return {
    database,
    stop,
    async start() {
      running ??= await begin()
    },
  }
}

/** A message of a subscription that shows rows. */
export interface RowsChange<Row> {
  position: string
  replaces: boolean
  changed: readonly Row[]
  removed: readonly string[]
}

/** A subscription over a socket of its own: its messages queue, so that a test misses none. */
export interface TestSubscription<Data> {
  /** The next message. @throws Error with what ended the subscription, or what came so far, after 20 s */
  next(): Promise<{
    data?: Data | null
    errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
  }>
  /** Resolves when the subscription has ended, with the errors or the close event. */
  ended: Promise<unknown>
  client: Client
  close(): void
}

/** Subscribes with a token. */
export function subscribe<Data, Variables>(
  url: string,
  token: string | undefined,
  document: TypedDocumentNode<Data, Variables> | DocumentNode | string,
  variables: Variables,
): TestSubscription<Data> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token === undefined ? {} : { token },
  })
  const messages: unknown[] = []
  const waiting: (() => void)[] = []
  const { promise: ended, resolve } = Promise.withResolvers<unknown>()
  let end: { why: unknown } | undefined
  const wake = () => {
    for (const one of waiting.splice(0)) one()
  }
  const finish = (why: unknown) => {
    end ??= { why }
    resolve(why)
    wake()
  }
  const query = typeof document === 'string' ? document : print(document)
  const dispose = client.subscribe(
    { query, variables: variables as Record<string, unknown> },
    {
      next(message) {
        messages.push(message)
        wake()
      },
      error: finish,
      complete: () => finish('complete'),
    },
  )
  return {
    client,
    ended,
    async next() {
      const deadline = Date.now() + 20_000
      while (messages.length === 0) {
        if (end) throw new Error(`the subscription has ended: ${JSON.stringify(end.why)}`)
        if (Date.now() > deadline) throw new Error(`no message came to ${query.slice(0, 80)}`)
        await new Promise<void>(resume => {
          const timer = setTimeout(resume, 1_000)
          waiting.push(() => {
            clearTimeout(timer)
            resume()
          })
        })
      }
      return messages.shift() as never
    },
    close() {
      dispose()
      void client.dispose()
    },
  }
}

/** Folds a subscription as clients do, until the rows are as wanted. */
export async function foldUntil<Row extends { id: string }>(
  rows: Map<string, Row>,
  next: () => Promise<RowsChange<Row>>,
  enough: (rows: ReadonlyMap<string, Row>) => boolean,
): Promise<void> {
  while (!enough(rows)) {
    const change = await next()
    if (change.replaces) rows.clear()
    for (const row of change.changed) rows.set(row.id, row)
    for (const id of change.removed) rows.delete(id)
  }
}

/**
 * Tells a story to the log of a test's API: each of its streams from its beginning, and the keys of its people.
 * @returns the story's tenants
 */
export async function tellStory(api: TestApi, story: Iterable<StoryEvent>): Promise<string[]> {
  const streams = new Map<string, EventToAppend[]>()
  const tenantIds = new Set<string>()
  for (const told of story) {
    const { event, tenantId, stream } = told
    tenantIds.add(tenantId)
    if (event.type === 'PersonEnrolled') {
      const { keyId } = event.data
      await api.dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: keyId })
    }
    streams.set(stream, [...(streams.get(stream) ?? []), toAppend(told)])
  }
  const left = [...streams]
  // A store that is asked for thousands of appends at once keeps the last ones waiting for too long.
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        await api.eventLog.append(next[0], 'no_stream', next[1])
      }
    }),
  )
  return [...tenantIds]
}

/** The machine tokens of a test's API, signed with its machine key; `claims` overrides the usual ones. */
export function machineToken(api: TestApi, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ principal: 'media_node', ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: MACHINE_TOKEN_TYPE })
    .setIssuer(api.identity.issuer)
    .setAudience(MACHINE_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime((claims.exp as number | undefined) ?? '1 hour')
    .sign(createPrivateKey(api.identity.machineSigningKey))
}
