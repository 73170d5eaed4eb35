import type { MachineEvent } from '@sightline/contracts/machines'
import { machineStreamName } from '@sightline/contracts/stream-names'
import { executeCommand } from '@sightline/event-log/decide'
import { newTraceparent } from '@sightline/logging/traceparent'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { type ApiKeyKind, newApiKey } from './api-keys.ts'
import { useTestTokens } from './test-tokens.ts'

const api = await useTestTokens({ machineTokenRate: { points: 80, seconds: 3_600 } })

interface TestKey {
  keyId: string
  text: string
  subjectId: string
  tenantId: string | null
}

async function append(key: Omit<TestKey, 'text'>, event: MachineEvent): Promise<void> {
  const commandId = v7()
  await executeCommand(api.eventLog, {
    stream: machineStreamName(key.tenantId, key.subjectId),
    initial: undefined,
    evolve: () => undefined,
    decide: () => [event],
    context: {
      tenantId: key.tenantId,
      actor: { principal: 'system', id: 'test', sessionId: null },
      commandId,
      correlationId: commandId,
      causationId: commandId,
      traceparent: newTraceparent(),
      now: api.now(),
    },
  })
}

/** Issues a key; `told: false` as when the command was interrupted before its event. */
async function issue(
  kind: ApiKeyKind,
  options: { addresses?: string[]; lifeMs?: number; told?: boolean } = {},
): Promise<TestKey> {
  const { addresses = [], lifeMs = 86_400_000, told = true } = options
  const key = { keyId: v7(), subjectId: v7(), tenantId: kind === 'agent' ? v7() : null }
  const { text, hash } = newApiKey(kind, key.keyId)
  const expiresAt = new Date(api.now().getTime() + lifeMs)
  await api.database.inOps('ops_api', key.tenantId, sql =>
    sql(
      `/* plantApiKey */ insert into ops.api_keys
         (key_id, tenant_id, kind, subject_id, secret_hash, addresses, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [key.keyId, key.tenantId, kind, key.subjectId, hash, addresses, expiresAt],
    ),
  )
  const data = { keyId: key.keyId, kind, name: 'Rack 3', expiresAt: expiresAt.toISOString(), addresses }
  if (told) await append(key, { type: 'ApiKeyIssued', data })
  return { ...key, text }
}

async function exchange(body: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', ...body }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
const exchangeKey = (key: Pick<TestKey, 'keyId' | 'text'>) =>
  exchange({ client_id: key.keyId, client_secret: key.text })
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

async function lastUsed(keyId: string): Promise<Date | null> {
  const [row] = await api.database.inOps('ops_api', null, sql =>
    sql<{ last_used_at: Date | null }>(
      '/* lastUsed */ select last_used_at from ops.api_keys where key_id = $1',
      [keyId],
    ),
  )
  return row!.last_used_at
}

describe('an API key', () => {
  test.each(['agent', 'media_node', 'worker'] as const)(
    'of a machine of kind %s gets it a token',
    async kind => {
      const key = await issue(kind)
      const { status, headers, body } = await exchangeKey(key)
      expect(status).toBe(200)
      expect(body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 600,
      })
      expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])
      const verified = await api.verifyToken(body.access_token as string)
      expect(verified).toMatchObject({
        principal: { kind, id: key.subjectId, ...(key.tenantId && { tenantId: key.tenantId }) },
        keyId: key.keyId,
      })
    },
  )

  test('can be shown as HTTP Basic', async () => {
    const key = await issue('media_node')
    expect((await exchange({}, basic(key.keyId, key.text))).status).toBe(200)
    expect((await exchange({ client_secret: key.text }, basic(key.keyId, key.text))).status).toBe(400)
  })

  test('notes when it was used last, to the minute', async () => {
    const key = await issue('worker')
    expect(await lastUsed(key.keyId)).toBeNull()
    await exchangeKey(key)
    const first = await lastUsed(key.keyId)
    expect(first).not.toBeNull()
    api.passTime(59_000)
    await exchangeKey(key)
    expect(await lastUsed(key.keyId)).toEqual(first)
    api.passTime(2_000)
    await exchangeKey(key)
    expect((await lastUsed(key.keyId))!.getTime()).toBeGreaterThan(first!.getTime())
  })

  test('gives no token that outlives it, and none once it has expired', async () => {
    const key = await issue('worker', { lifeMs: 120_000 })
    const { body } = await exchangeKey(key)
    expect(body.expires_in as number).toBeLessThanOrEqual(120)
    api.passTime(120_000)
    expect((await exchangeKey(key)).status).toBe(401)
  })

  test('counts from its networks alone', async () => {
    expect((await exchangeKey(await issue('worker', { addresses: ['127.0.0.0/8', '::1/128'] }))).status).toBe(
      200,
    )
    expect((await exchangeKey(await issue('worker', { addresses: ['192.0.2.0/24'] }))).status).toBe(401)
  })

  test('that was revoked, or whose issue is not in the log, gets nothing', async () => {
    const key = await issue('agent')
    expect((await exchangeKey(key)).status).toBe(200)
    await append(key, { type: 'ApiKeyRevoked', data: { keyId: key.keyId } })
    expect((await exchangeKey(key)).status).toBe(401)
    expect((await exchangeKey(await issue('agent', { told: false }))).status).toBe(401)
  })

  test('that is wrong in any way is answered alike', async () => {
    const key = await issue('agent')
    const other = await issue('agent')
    const unknown = { keyId: v7() }
    const sameIdOtherSecret = newApiKey('agent', key.keyId).text
    const sameIdOtherKind = newApiKey('worker', key.keyId).text
    const answers = await Promise.all([
      exchange({ client_id: unknown.keyId, client_secret: newApiKey('agent', unknown.keyId).text }),
      exchange({ client_id: key.keyId, client_secret: sameIdOtherSecret }),
      exchange({ client_id: key.keyId, client_secret: sameIdOtherKind }),
      exchange({ client_id: key.keyId, client_secret: other.text }),
      exchange({ client_id: key.keyId, client_secret: `${key.text.slice(0, -1)}!` }),
      exchange({ client_id: key.keyId, client_secret: 'x' }),
    ])
    for (const { status, body, headers } of answers) {
      expect([status, body]).toEqual([401, { error: 'invalid_client' }])
      expect(headers.get('www-authenticate')).toBe('Basic realm="sightline"')
    }
    expect(await lastUsed(key.keyId)).toBeNull()
  })
})

test.each([
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ client_id: 'x' }, 'invalid_request'],
  [{}, 'invalid_request'],
])('a request that is none is refused: %j', async (body, error) => {
  const answer = await exchange(body as Record<string, string>)
  expect([answer.status, answer.body]).toEqual([400, { error }])
})

test('many requests from one address are refused before any key is looked at', async () => {
  const key = await issue('worker')
  const answers = await Promise.all(
    Array.from({ length: 81 }, () => exchange({ client_id: 'x', client_secret: 'x' })),
  )
  expect(answers.map(answer => answer.status)).toContain(429)
  const refused = await exchangeKey(key)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await lastUsed(key.keyId)).toBeNull()
})
