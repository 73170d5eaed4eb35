import type { Projection } from '../projection.ts'
import { people } from './table.ts'

export const peopleProjection: Projection = {
  model: 'people',
  tables: [people],
  handles: {
    PersonEnrolled: (event, id, rows) => {
      const { name, keyId } = event.data
      rows.put(people, id, {
        name: typeof name === 'string' ? name : null,
        keyId,
        enrolledAt: event.metadata.occurredAt,
      })
    },
  },
}
