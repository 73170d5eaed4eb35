import type { Projection } from '../projection.ts'
import { grants, members } from './table.ts'

export const membersProjection: Projection = {
  model: 'members',
  tables: [members, grants],
  handles: {
    MemberAdded: (event, _tenantId, rows) => {
      const { userId, role, everywhere } = event.data
      const email = typeof event.data.email === 'string' ? event.data.email : null
      const addedAt = event.metadata.occurredAt
      rows.put(members, userId, { email, sortEmail: email ?? '', role, everywhere, addedAt })
    },
    MemberRoleChanged: (event, _tenantId, rows) => {
      const { userId, role, everywhere } = event.data
      rows.set(members, userId, { role, everywhere })
    },
    MemberRemoved: (event, _tenantId, rows) => rows.set(members, event.data.userId, { removed: true }),
    ScopeGranted: (event, _tenantId, rows) => {
      const { grantId, userId, siteIds, cameraIds, endsAt } = event.data
      rows.put(grants, grantId, { userId, siteIds, cameraIds, endsAt, grantedAt: event.metadata.occurredAt })
    },
    GrantRevoked: (event, _tenantId, rows) => rows.set(grants, event.data.grantId, { removed: true }),
    GrantEnded: (event, _tenantId, rows) => rows.set(grants, event.data.grantId, { removed: true }),
  },
}
