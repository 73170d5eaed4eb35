import type { PersonalText } from '@sightline/contracts/encryption'
import type { PersonEvent } from '@sightline/contracts/people'

/** A person as their stream tells it; erased once their data key is destroyed. */
export type PersonState =
  | { status: 'absent' }
  | { status: 'erased' }
  | {
      status: 'enrolled'
      name: string
      keyId: string
      /** Where they are expected; none is the whole tenant. */
      siteIds: readonly string[]
      /** SHA-256 (hexadecimal) of each picture as uploaded, by picture id. */
      pictures: ReadonlyMap<string, string>
    }

/** Somebody who is not enrolled. */
export const noPerson: PersonState = { status: 'absent' }

/** What an event makes of the state. */
export function evolvePerson(state: PersonState, event: PersonEvent): PersonState {
  if (event.type === 'PersonEnrolled') {
    const name: PersonalText = event.data.name
    if (typeof name !== 'string') return { status: 'erased' }
    const { keyId, siteIds = [] } = event.data
    return { status: 'enrolled', name, keyId, siteIds, pictures: new Map() }
  }
  if (state.status !== 'enrolled') return state
  switch (event.type) {
    case 'PersonPictureAdded':
      return { ...state, pictures: new Map([...state.pictures, [event.data.pictureId, event.data.sha256]]) }
  }
}
