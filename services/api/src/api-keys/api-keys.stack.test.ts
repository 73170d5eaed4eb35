import { createHash } from 'node:crypto'
import { machineStreamName } from '@sightline/contracts/stream-names'
import {
  ApiKeysDocument,
  IssueApiKeyDocument,
  type IssueApiKeyInput,
  RevokeApiKeyDocument,
  RotateApiKeyDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { parseApiKey } from '../tokens/api-keys.ts'

const api = await useTestApi()
const projector = await useProjector(api)

const refused = (code: string) => expect.objectContaining({ __typename: 'Rejection', code })
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

async function newAgent() {
  const admin = await api.person()
  const siteId = await api.createSite(admin)
  const { agentId } = await api.pairedAgent(admin, siteId)
  return { admin, agentId }
}

async function issue(token: string, input: Partial<IssueApiKeyInput>) {
  const all = { kind: 'AGENT', name: 'Gate box', expiresAt: inDays(90), ...input } as const
  return (await api.send(token, IssueApiKeyDocument, { input: all })).issueApiKey
}

async function issued(token: string, input: Partial<IssueApiKeyInput>) {
  const answer = await issue(token, input)
  if (answer.__typename !== 'IssuedApiKey') throw new Error(JSON.stringify(answer))
  return answer
}

const revoke = async (by: Pick<TestPerson, 'token'>, keyId: string) =>
  (await api.send(by.token, RevokeApiKeyDocument, { input: { keyId } })).revokeApiKey

const rotate = async (by: Pick<TestPerson, 'token'>, keyId: string) =>
  (await api.send(by.token, RotateApiKeyDocument, { input: { keyId, expiresAt: inDays(30) } })).rotateApiKey

interface Row {
  secret_hash: Uint8Array
  tenant_id: string | null
  subject_id: string
  kind: string
  addresses: string[]
  revoked_at: Date | null
}

const rowsOf = (keyId: string) =>
  api.database.inOps('ops_api', null, sql =>
    sql<Row>('/* keyRow */ select * from ops.api_keys where key_id = $1', [keyId]),
  )

describe('a key', () => {
  test('is shown once, and only its hash is kept', async () => {
    const { admin, agentId } = await newAgent()
    const addresses = ['192.0.2.0/24', '2001:db8::/32']
    const key = await issued(admin.token, { subjectId: agentId, addresses })
    expect(parseApiKey(key.key)).toMatchObject({ kind: 'agent', keyId: key.id })
    const [row] = await rowsOf(key.id)
    expect(row).toMatchObject({ tenant_id: admin.tenantId, subject_id: agentId, kind: 'agent', addresses })
    expect(Buffer.from(row!.secret_hash)).toEqual(createHash('sha256').update(key.key).digest())
    const { apiKeys } = await api.send(admin.token, ApiKeysDocument, { atLeast: key.position })
    expect(apiKeys.edges.map(({ node }) => node)).toEqual([
      {
        id: key.id,
        kind: 'AGENT',
        subjectId: agentId,
        name: 'Gate box',
        addresses,
        issuedAt: expect.any(String),
        expiresAt: key.expiresAt,
        revokedAt: null,
        lastUsedAt: null,
      },
    ])
    const events = await api.eventLog.readStream(machineStreamName(admin.tenantId, agentId))
    const told = JSON.stringify([apiKeys, events.map(({ data, metadata }) => [data, metadata]), api.logLines])
    expect(told).not.toContain(key.key.slice(-20))
    expect(told).not.toContain(Buffer.from(row!.secret_hash).toString('hex'))
  })

  test('is not shown again to a repetition, which changes nothing', async () => {
    const { admin, agentId } = await newAgent()
    const commandId = v7()
    const first = await issued(admin.token, { subjectId: agentId, commandId })
    expect(await issue(admin.token, { subjectId: agentId, commandId })).toEqual(refused('KEY_SHOWN_ALREADY'))
    expect(await rowsOf(first.id)).toHaveLength(1)
    // The same command id in another tenant is another command.
    const other = await newAgent()
    await issued(other.admin.token, { subjectId: other.agentId, commandId })
  })

  test('is not taken for another that the same command was about', async () => {
    const { admin, agentId } = await newAgent()
    const [first, second] = [
      await issued(admin.token, { subjectId: agentId }),
      await issued(admin.token, { subjectId: agentId }),
    ]
    const commandId = v7()
    const again = (keyId: string) =>
      api.send(admin.token, RevokeApiKeyDocument, { input: { keyId, commandId } })
    idOf((await again(first.id)).revokeApiKey)
    await again(second.id)
    expect((await rowsOf(second.id))[0]?.revoked_at).toBeNull()
    expect(await issue(admin.token, { subjectId: agentId, commandId })).toEqual(refused('ID_IN_USE'))
  })

  test('is one of two at most, also where several ask at once', async () => {
    const { admin, agentId } = await newAgent()
    const first = await issued(admin.token, { subjectId: agentId })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => issue(admin.token, { subjectId: agentId })),
    )
    expect(answers.filter(({ __typename }) => __typename === 'IssuedApiKey')).toHaveLength(1)
    expect(answers.filter(({ __typename }) => __typename === 'Rejection')).toEqual(
      Array(7).fill(refused('TOO_MANY_KEYS')),
    )
    const rows = await api.database.inOps('ops_api', admin.tenantId, sql =>
      sql('/* keysOfAgent */ select key_id from ops.api_keys where subject_id = $1', [agentId]),
    )
    expect(rows).toHaveLength(2)
    idOf(await revoke(admin, first.id))
    await issued(admin.token, { subjectId: agentId })
  })

  test('is replaced by another that counts beside it, and ends when it is told to', async () => {
    const { admin, agentId } = await newAgent()
    const addresses = ['192.0.2.0/24']
    const older = await issued(admin.token, { subjectId: agentId, addresses })
    const newer = await rotate(admin, older.id)
    if (newer.__typename !== 'IssuedApiKey') throw new Error(JSON.stringify(newer))
    expect(newer).toMatchObject({ subjectId: agentId })
    expect((await rowsOf(newer.id))[0]).toMatchObject({ addresses, revoked_at: null })
    expect((await rowsOf(older.id))[0]).toMatchObject({ revoked_at: null })
    expect(await rotate(admin, older.id)).toEqual(refused('TOO_MANY_KEYS'))
    const revoked = await revoke(admin, older.id)
    idOf(revoked)
    idOf(await revoke(admin, older.id))
    expect((await rowsOf(older.id))[0]?.revoked_at).toBeInstanceOf(Date)
    expect(await rotate(admin, older.id)).toEqual(refused('NOT_FOUND'))
    await eventually(async () => {
      const { apiKeys } = await api.send(admin.token, ApiKeysDocument, { subjectId: agentId })
      expect(apiKeys.edges.map(({ node }) => [node.id, node.name, node.revokedAt !== null])).toEqual([
        [newer.id, 'Gate box', false],
        [older.id, 'Gate box', true],
      ])
    })
  })

  test('is exchanged for tokens until it is revoked, and shows when it was last', async () => {
    const { admin, agentId } = await newAgent()
    const key = await issued(admin.token, { subjectId: agentId })
    const exchange = async () => {
      const form = { grant_type: 'client_credentials', client_id: key.id, client_secret: key.key }
      const response = await fetch(`${api.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      return { status: response.status, body: (await response.json()) as { access_token: string } }
    }
    const { status, body } = await exchange()
    expect(status).toBe(200)
    expect(await api.heartbeat(body.access_token, 'ONLINE')).toMatchObject({
      __typename: 'HeartbeatReceived',
    })
    const { apiKeys } = await api.send(admin.token, ApiKeysDocument, { atLeast: key.position })
    expect(apiKeys.edges[0]?.node.lastUsedAt).toEqual(expect.any(String))
    idOf(await revoke(admin, key.id))
    expect((await exchange()).status).toBe(401)
    await eventually(() =>
      expect(api.heartbeat(body.access_token, 'ONLINE')).rejects.toThrow('UNAUTHENTICATED'),
    )
  })

  test('expires within a year', async () => {
    const { admin, agentId } = await newAgent()
    for (const expiresAt of [inDays(-1), inDays(400)]) {
      expect(await issue(admin.token, { subjectId: agentId, expiresAt })).toEqual(
        refused('EXPIRY_NOT_ACCEPTED'),
      )
    }
    const addresses = ['192.0.2.300/24']
    await expect(issue(admin.token, { subjectId: agentId, addresses })).rejects.toThrow('BAD_USER_INPUT')
  })
})

describe('a key of an agent', () => {
  test('is its own tenant’s business', async () => {
    const { admin, agentId } = await newAgent()
    const stranger = await api.person()
    const key = await issued(admin.token, { subjectId: agentId })
    for (const subjectId of [agentId, v7()]) {
      expect(await issue(stranger.token, { subjectId })).toEqual(refused('NOT_FOUND'))
    }
    for (const keyId of [key.id, v7()]) {
      expect(await revoke(stranger, keyId)).toEqual(refused('NOT_FOUND'))
      expect(await rotate(stranger, keyId)).toEqual(refused('NOT_FOUND'))
      expect(await revoke({ token: await api.identity.system() }, keyId)).toEqual(refused('NOT_FOUND'))
    }
    const { apiKeys } = await api.send(stranger.token, ApiKeysDocument, { subjectId: agentId })
    expect(apiKeys.edges).toEqual([])
    await expect(issue(await api.identity.system(), { subjectId: agentId })).rejects.toThrow('FORBIDDEN')
    const viewer = await api.person(admin.tenantId, { role: 'viewer' })
    await expect(revoke(viewer, key.id)).rejects.toThrow('FORBIDDEN')
    expect((await rowsOf(key.id))[0]?.revoked_at).toBeNull()
  })
})

describe('a key of a machine that serves all tenants', () => {
  test('is the system administrators’ business', async () => {
    const token = await api.identity.system()
    const node = await issued(token, { kind: 'MEDIA_NODE', name: 'Rack 1' })
    const worker = await issued(token, { kind: 'WORKER', name: 'Rack 2', subjectId: v7() })
    expect(parseApiKey(node.key)).toMatchObject({ kind: 'media_node', keyId: node.id })
    expect((await rowsOf(worker.id))[0]).toMatchObject({ tenant_id: null, kind: 'worker' })
    const nodes = await eventually(async () => {
      const { apiKeys } = await api.send(token, ApiKeysDocument, {})
      const ids = apiKeys.edges.map(edge => edge.node.id)
      expect(ids).toEqual([worker.id, node.id])
      return apiKeys
    })
    expect(nodes.edges[1]?.node).toMatchObject({ kind: 'MEDIA_NODE', subjectId: node.subjectId })
    const admin = await api.person()
    expect(await revoke(admin, node.id)).toEqual(refused('NOT_FOUND'))
    await expect(issue(admin.token, { kind: 'WORKER' })).rejects.toThrow('FORBIDDEN')
    const { apiKeys } = await api.send(admin.token, ApiKeysDocument, { subjectId: node.subjectId })
    expect(apiKeys.edges).toEqual([])
    idOf(await revoke({ token }, node.id))
  })
})

test('a system administrator who names a position is not told less than was so there', async () => {
  const system = await api.identity.system()
  const subjectId = v7()
  await projector.stop()
  const key = await issued(system, { kind: 'MEDIA_NODE', subjectId })
  const asked = { subjectId, atLeast: key.position }
  const impatient = await api.startAnother(undefined, { positionWaitMs: 200 })
  await expect(api.send(system, ApiKeysDocument, asked, impatient)).rejects.toThrow('POSITION_NOT_REACHED')
  await projector.start()
  const { apiKeys } = await api.send(system, ApiKeysDocument, asked)
  expect(apiKeys.edges.map(({ node }) => node.id)).toEqual([key.id])
})

test('a network that nobody can judge by is none, and ends nobody’s access', async () => {
  const { admin, agentId } = await newAgent()
  await expect(issue(admin.token, { subjectId: agentId, addresses: ['2001:db8::/32.5'] })).rejects.toThrow(
    'BAD_USER_INPUT',
  )
  await issued(admin.token, { subjectId: agentId, addresses: ['2001:db8::/32'] })
  const { apiKeys } = await api.send(admin.token, ApiKeysDocument, { subjectId: agentId })
  expect(apiKeys).toBeDefined()
})
