import type { Projection } from '../projection.ts'
import { apiKeys } from './table.ts'

export const apiKeysProjection: Projection = {
  model: 'api_keys',
  tables: [apiKeys],
  handles: {
    ApiKeyIssued: (event, subjectId, rows) => {
      const { keyId, kind, name, expiresAt, addresses } = event.data
      const issuedAt = event.metadata.occurredAt
      rows.put(apiKeys, keyId, { kind, subjectId, name, addresses, issuedAt, expiresAt, revokedAt: null })
    },
    ApiKeyRevoked: (event, _subjectId, rows) =>
      rows.set(apiKeys, event.data.keyId, { revokedAt: event.metadata.occurredAt }),
  },
}
