import type { Projection } from '../projection.ts'
import { people } from './table.ts'

export const peopleProjection: Projection = {
  model: 'people',
  tables: [people],
  handles: {
    PersonEnrolled: (event, id, rows) => {
      const { keyId, siteIds = [] } = event.data
      const name = typeof event.data.name === 'string' ? event.data.name : null
      rows.put(people, id, {
        name,
        sortName: name ?? '',
        siteIds,
        keyId,
        enrolledAt: event.metadata.occurredAt,
      })
    },
  },
}
