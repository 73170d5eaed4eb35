import type { Projection } from '../projection.ts'
import { addedPictures, pictureResults } from './table.ts'

/** The vector of an accepted picture stays in the log: no row holds one. */
export const picturesProjection: Projection = {
  model: 'pictures',
  tables: [addedPictures, pictureResults],
  handles: {
    PersonPictureAdded: (event, personId, rows) => {
      const { pictureId, keyId, contentType, sha256, bytes } = event.data
      const addedAt = event.metadata.occurredAt
      rows.put(addedPictures, pictureId, { personId, keyId, contentType, sha256, bytes, addedAt })
    },
    PictureAccepted: (event, id, rows) =>
      rows.put(pictureResults, id, { personId: event.data.personId, status: 'ACCEPTED', refusal: null }),
    PictureRefused: (event, id, rows) =>
      rows.put(pictureResults, id, {
        personId: event.data.personId,
        status: 'REFUSED',
        refusal: event.data.reason,
      }),
  },
}
