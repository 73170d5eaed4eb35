import { sealBytes } from '@sightline/data-keys/encryption'
import { IssueApiKeyDocument } from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { afterAll } from 'vitest'
import type { Rights } from '../access/rights.ts'
import { createVerifyMediaToken } from '../access/tokens.ts'
import { createPictureAddresses } from '../pictures/addresses.ts'
import type { useTestApi } from '../test-api.ts'
import { createKeyRing } from '../tokens/key-ring.ts'
import { openSignInLink } from '../tokens/sign-in-links.ts'
import { createTokenIssuer } from '../tokens/token-issuer.ts'
import type { World } from './test-world.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** Something that gets somebody something, and counts while the table is gone through. */
export interface Credential {
  text: string
  /** What it is worth as the bearer of an operation; undefined where it isn't for that. */
  rights?: Rights
}

/** One of each kind of what is shown to the API anywhere, each of somebody of ours who has rights by it. */
export type Credentials = Record<
  | "a person's access token"
  | "a system administrator's access token"
  | "a media node's token"
  | "a worker's token"
  | "an agent's token"
  | 'a media token'
  | 'a refresh token'
  | 'the secret of a sign-in link'
  | "an agent's secret"
  | "an agent's API key"
  | "a media node's API key"
  | 'the address of a picture'
  | 'the address of a crop'
  | 'a pairing code'
  | 'a position'
  | 'a cursor',
  Credential
> & { readonly [kind: string]: Credential }

const everywhere = { kind: 'tenant' } as const

/** Makes them all, by the installation's own ways. */
export async function makeCredentials(api: TestApi, { ours, admin }: World): Promise<CredentialsMade> {
  const { tenantId, siteId } = ours
  const userId = v7()
  await api.addMember(tenantId, userId)
  const linkOf = async () => (await openSignInLink(api.database, { userId, now: api.now() })).secret
  const started = await fetch(`${api.url}/session/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api.url, 'x-sightline-session': '1' },
    body: JSON.stringify({ secret: await linkOf() }),
  })
  const { accessToken } = (await started.json()) as { accessToken: string }
  const [cookieName, refreshToken] = started.headers.getSetCookie()[0]!.split(';', 1)[0]!.split('=') as [
    string,
    string,
  ]

  const agent = await api.pairedAgent(admin, siteId)
  const issueKey = async (by: string, kind: 'AGENT' | 'MEDIA_NODE' | 'WORKER', subjectId: string) => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    const { issueApiKey } = await api.send(by, IssueApiKeyDocument, {
      input: { kind, subjectId, name: 'Rack 3', expiresAt },
    })
    if (issueApiKey.__typename === 'Rejection') throw new Error(issueApiKey.message)
    return { id: issueApiKey.id, text: issueApiKey.key }
  }
  const system = await api.identity.system()
  const keys = {
    agent: await issueKey(admin.token, 'AGENT', agent.agentId),
    node: await issueKey(system, 'MEDIA_NODE', v7()),
    worker: await issueKey(system, 'WORKER', v7()),
  }
  const exchange = async (key: { id: string; text: string }) => {
    const form = { grant_type: 'client_credentials', client_id: key.id, client_secret: key.text }
    const answer = await fetch(`${api.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    return ((await answer.json()) as { access_token: string }).access_token
  }

  const { database, masterKey, now, logger, eventLog } = api
  const ring = createKeyRing({ database, masterKey, now, logger })
  await ring.start()
  afterAll(() => ring.close())
  const installationId = eventLog.logId
  const issuer = createTokenIssuer({ installationId, keys: ring, now })
  const subject = { subjectId: userId, tenantId, cameraId: ours.cameraId, sessionId: v7() }
  const mediaToken = (await issuer.mediaToken({ ...subject, action: 'watch', lifeMs: 600_000 })).token

  const addressOf = await makePictures(api, { ...ours, userId })
  const pairing = await api.requestPairing()
  const page = '{ rightsInForce { position } cameras(first: 1) { edges { cursor } } }'
  const read = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query: page }),
  })
  const { data } = (await read.json()) as {
    data: { rightsInForce: { position: string }; cameras: { edges: { cursor: string }[] } }
  }

  return {
    cookieName,
    verifyMediaToken: createVerifyMediaToken({ own: { installationId, keys: ring }, now }),
    agentId: agent.agentId,
    keyIds: [keys.agent.id, keys.node.id],
    all: {
      "a person's access token": { text: accessToken, rights: { role: 'tenant_admin', scope: everywhere } },
      "a system administrator's access token": {
        text: system,
        rights: { role: 'system_admin', scope: everywhere },
      },
      "a media node's token": {
        text: await exchange(keys.node),
        rights: { role: 'media_node', scope: everywhere },
      },
      "a worker's token": {
        text: await exchange(keys.worker),
        rights: { role: 'worker', scope: everywhere },
      },
      "an agent's token": { text: await exchange(keys.agent), rights: { role: 'agent', scope: everywhere } },
      'a media token': { text: mediaToken },
      'a refresh token': { text: refreshToken },
      'the secret of a sign-in link': { text: await linkOf() },
      "an agent's secret": { text: agent.secret },
      "an agent's API key": { text: keys.agent.text },
      "a media node's API key": { text: keys.node.text },
      'the address of a picture': { text: addressOf('picture') },
      'the address of a crop': { text: addressOf('crop') },
      'a pairing code': { text: pairing.code },
      'a position': { text: data.rightsInForce.position },
      'a cursor': { text: data.cameras.edges[0]!.cursor },
    },
  }
}

/** The kinds, and what else their doors want to be told. */
export interface CredentialsMade {
  all: Credentials
  /** What media tokens are for has no route yet. */
  verifyMediaToken: ReturnType<typeof createVerifyMediaToken>
  /** Of the cookie that the refresh token is in. */
  cookieName: string
  /** Whose the secret is. */
  agentId: string
  /** Of the API keys. */
  keyIds: string[]
}

/** Stores a picture that both addresses name, and gives the address of it as one of a kind. */
async function makePictures(
  api: TestApi,
  of: { tenantId: string; siteId: string; userId: string },
): Promise<(kind: 'picture' | 'crop') => string> {
  const { tenantId, siteId, userId } = of
  const [personId, keyId] = [v7(), v7()]
  const objectKey = `${tenantId}/faces-raw/${personId}/${v7()}`
  const key = await api.dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: personId })
  await api.objects.put(objectKey, sealBytes(key, objectKey, Buffer.from('a picture')))
  const addresses = createPictureAddresses(api.pictureKey)
  const place = { tenantId, siteIds: [siteId], cameraId: null, objectKey, keyId, contentType: 'image/png' }
  return kind =>
    addresses
      .signAddress({ kind, userId, sessionId: null, ...place, now: api.now() })
      .split('/')
      .at(-1)!
}
