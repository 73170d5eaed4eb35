import type { PersonEvent, PictureContentType } from '@sightline/contracts/people'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { PersonState } from './state.ts'

/**
 * Enrols a person under the data key `keyId`; one of the same name and sites under the same id is there already.
 * @param input.siteIds where they are expected; none is the whole tenant
 */
export function enrolPerson(
  person: PersonState,
  input: { name: string; keyId: string; siteIds: readonly string[] },
): PersonEvent[] | Rejected<RejectionCode> {
  const { name, keyId } = input
  const siteIds = [...new Set(input.siteIds)].sort()
  if (person.status === 'absent') {
    return [{ type: 'PersonEnrolled', data: { keyId, name, ...(siteIds.length > 0 && { siteIds }) } }]
  }
  const same =
    person.status === 'enrolled' &&
    person.name === name &&
    person.siteIds.length === siteIds.length &&
    person.siteIds.every((id, index) => id === siteIds[index])
  if (same) return []
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
