import type { PersonEvent, PictureContentType } from '@sightline/contracts/people'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { PersonState } from './state.ts'

/** Enrols a person under the data key `keyId`; one of the same name under the same id is there already. */
export function enrolPerson(
  person: PersonState,
  input: { name: string; keyId: string },
): PersonEvent[] | Rejected<RejectionCode> {
  if (person.status === 'absent') {
    return [{ type: 'PersonEnrolled', data: { keyId: input.keyId, name: input.name } }]
  }
  if (person.status === 'enrolled' && person.name === input.name) return []
  return rejected('ID_IN_USE', 'Another person has this id.')
}

/** A picture as it was uploaded. */
export interface UploadedPicture {
  pictureId: string
  contentType: PictureContentType
  /** Of the bytes, hexadecimal. */
  sha256: string
  bytes: number
}

/** Adds an uploaded picture to a person; the same picture under the same id is there already. */
export function addPersonPicture(
  person: PersonState,
  picture: UploadedPicture,
): PersonEvent[] | Rejected<RejectionCode> {
  if (person.status !== 'enrolled') return rejected('NOT_FOUND', 'There is no such person.')
  const known = person.pictures.get(picture.pictureId)
  if (known === picture.sha256) return []
  if (known !== undefined) return rejected('ID_IN_USE', 'Another picture has this id.')
  return [{ type: 'PersonPictureAdded', data: { ...picture, keyId: person.keyId } }]
}
