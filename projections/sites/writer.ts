import type { Projection } from '../projection.ts'
import { sites } from './table.ts'

export const sitesProjection: Projection = {
  model: 'sites',
  tables: [sites],
  handles: {
    SiteCreated: (event, id, rows) => rows.put(sites, id, { name: event.data.name }),
  },
}
