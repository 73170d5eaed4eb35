import { useTestApi } from '@sightline/api/test-api'
import { v7 } from 'uuid'
import { afterAll, expect, test } from 'vitest'
import { IssueApiKeyDocument, RevokeApiKeyDocument } from '../generated/operations.ts'
import { ApiKeyRefusedError, apiKeyTokens, isApiKey, subjectOf } from './api-key-token.ts'
import { createPosting } from './posting.ts'

const api = await useTestApi()
const posting = createPosting(undefined)
afterAll(() => posting.close())

test('a key gets tokens of its machine until it is revoked', async () => {
  const subjectId = v7()
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const system = await api.identity.system()
  const { issueApiKey } = await api.send(system, IssueApiKeyDocument, {
    input: { kind: 'MEDIA_NODE', subjectId, name: 'Rack 3', expiresAt },
  })
  if (issueApiKey.__typename === 'Rejection') throw new Error(issueApiKey.message)
  const { key, id: keyId } = issueApiKey
  expect(isApiKey(key)).toBe(true)
  const exchange = apiKeyTokens({ url: api.url, apiKey: key, posting })
  expect(subjectOf(await exchange())).toBe(subjectId)
  await api.send(system, RevokeApiKeyDocument, { input: { keyId } })
  await expect(exchange()).rejects.toBeInstanceOf(ApiKeyRefusedError)
})

test('what is no key or no token is told apart', () => {
  expect(isApiKey('sl_media_node')).toBe(false)
  expect(() => apiKeyTokens({ url: api.url, apiKey: 'x', posting })).toThrow(TypeError)
  expect([subjectOf('x'), subjectOf('a.e30.b')]).toEqual([undefined, undefined])
})
