import type { PersonEvent } from '@sightline/contracts/people'
import { expect, test } from 'vitest'
import { addPersonPicture, enrolPerson } from './decisions.ts'
import { evolvePerson, noPerson, type PersonState } from './state.ts'

const keyId = '0190b8a0-0000-7000-8000-00000000000a'
const enrolled = { type: 'PersonEnrolled', data: { keyId, name: 'Ada' } } as const
const picture = {
  pictureId: '0190b8a0-0000-7000-8000-000000000011',
  contentType: 'image/jpeg',
  sha256: 'a'.repeat(64),
  bytes: 1234,
} as const
const added = { type: 'PersonPictureAdded', data: { ...picture, keyId } } as const

function given(...events: PersonEvent[]): PersonState {
  return events.reduce(evolvePerson, noPerson)
}

test('a person is enrolled', () => {
  expect(enrolPerson(noPerson, { name: 'Ada', keyId, siteIds: [] })).toEqual([enrolled])
})

test('enrolling the same person again changes nothing', () => {
  expect(enrolPerson(given(enrolled), { name: 'Ada', keyId, siteIds: [] })).toEqual([])
})

test('another person can not take the id', () => {
  expect(enrolPerson(given(enrolled), { name: 'Grace', keyId, siteIds: [] })).toMatchObject({
    rejected: 'ID_IN_USE',
  })
})

test('a picture is added under the key of its person', () => {
  expect(addPersonPicture(given(enrolled), picture)).toEqual([added])
})

test('the same picture again changes nothing', () => {
  expect(addPersonPicture(given(enrolled, added), picture)).toEqual([])
})

test('another picture can not take the id', () => {
  const other = { ...picture, sha256: 'b'.repeat(64) }
  expect(addPersonPicture(given(enrolled, added), other)).toMatchObject({ rejected: 'ID_IN_USE' })
})

test('nobody has no pictures', () => {
  expect(addPersonPicture(noPerson, picture)).toMatchObject({ rejected: 'NOT_FOUND' })
})

test('an erased person can neither be enrolled again nor given a picture', () => {
  const erased = given({ type: 'PersonEnrolled', data: { keyId, name: { erased: true } } })
  expect(enrolPerson(erased, { name: 'Ada', keyId, siteIds: [] })).toMatchObject({ rejected: 'ID_IN_USE' })
  expect(addPersonPicture(erased, picture)).toMatchObject({ rejected: 'NOT_FOUND' })
})

test('a person may be expected at some sites, which are named once and in order', () => {
  const [one, other] = ['0199c1c4-3c5e-7a21-9b1c-00000000000a', '0199c1c4-3c5e-7a21-9b1c-00000000000b']
  const atSites = (...siteIds: string[]) => ({ name: 'Ada', keyId, siteIds })
  const decision = enrolPerson(noPerson, atSites(other, one, other))
  expect(decision).toEqual([{ type: 'PersonEnrolled', data: { keyId, name: 'Ada', siteIds: [one, other] } }])
  const there = given(...(decision as PersonEvent[]))
  expect(enrolPerson(there, atSites(one, other))).toEqual([])
  expect(enrolPerson(there, atSites(one))).toMatchObject({ rejected: 'ID_IN_USE' })
  expect(enrolPerson(there, atSites())).toMatchObject({ rejected: 'ID_IN_USE' })
})
