import type { Projection } from '../projection.ts'
import { apiKeys, machineKeys } from './table.ts'

const tableOf = (kind: { tenantId: string | null }) => (kind.tenantId === null ? machineKeys : apiKeys)

export const apiKeysProjection: Projection = {
  model: 'api_keys',
  tables: [apiKeys, machineKeys],
  handles: {
    ApiKeyIssued: (event, subjectId, rows) => {
      const { keyId, kind, name, expiresAt, addresses } = event.data
      const issuedAt = event.metadata.occurredAt
      rows.put(tableOf(event.metadata), keyId, {
        kind,
        subjectId,
        name,
        addresses,
        issuedAt,
        expiresAt,
        revokedAt: null,
      })
    },
    ApiKeyRevoked: (event, _subjectId, rows) =>
      rows.set(tableOf(event.metadata), event.data.keyId, { revokedAt: event.metadata.occurredAt }),
  },
}
