import { EnrolPersonDocument, type EnrolPersonInput } from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { type Answer, eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'

const api = await useTestApi()
await useProjector(api)

const notFound = expect.objectContaining({ __typename: 'Rejection', code: 'NOT_FOUND' })

async function enrol(by: TestPerson, input: Partial<EnrolPersonInput>): Promise<Answer> {
  return (await api.send(by.token, EnrolPersonDocument, { input: { name: 'Ada', ...input } })).enrolPerson
}

async function peopleSeen(by: TestPerson): Promise<{ id: string; sites: { id: string }[] }[]> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${by.token}` },
    body: JSON.stringify({ query: '{ people { edges { node { id sites { id } } } } }' }),
  })
  const { data } = (await response.json()) as {
    data: { people: { edges: { node: { id: string; sites: { id: string }[] } }[] } }
  }
  return data.people.edges.map(({ node }) => node).sort((one, other) => (one.id < other.id ? -1 : 1))
}

test('people who are expected at some sites are seen by those whose role counts there', async () => {
  const admin = await api.person()
  const [here, there] = [await api.createSite(admin, 'Here'), await api.createSite(admin, 'There')]
  const manager = await api.person(admin.tenantId, { role: 'site_manager', siteIds: [here] })
  const everywhere = idOf(await enrol(admin, {}))
  const elsewhere = idOf(await enrol(admin, { siteIds: [there] }))
  const both = idOf(await enrol(admin, { siteIds: [here, there] }))
  const own = idOf(await enrol(manager, { siteIds: [here] }))
  await eventually(async () => {
    expect(await peopleSeen(admin)).toEqual([
      { id: everywhere, sites: [] },
      { id: elsewhere, sites: [{ id: there }] },
      { id: both, sites: [{ id: here }, { id: there }].sort((one, other) => (one.id < other.id ? -1 : 1)) },
      { id: own, sites: [{ id: here }] },
    ])
  })
  expect(await peopleSeen(manager)).toEqual([
    { id: everywhere, sites: [] },
    { id: both, sites: [{ id: here }] },
    { id: own, sites: [{ id: here }] },
  ])
})

test('whose role counts at some sites alone enrols people of these, and of no others', async () => {
  const [admin, stranger] = [await api.person(), await api.person()]
  const [here, there] = [await api.createSite(admin, 'Here'), await api.createSite(admin, 'There')]
  const theirs = await api.createSite(stranger)
  const manager = await api.person(admin.tenantId, { role: 'site_manager', siteIds: [here] })
  for (const siteId of [there, theirs, v7()]) {
    expect(await enrol(manager, { siteIds: [here, siteId] })).toEqual(notFound)
  }
  for (const siteId of [theirs, v7()]) expect(await enrol(admin, { siteIds: [siteId] })).toEqual(notFound)
  await expect(enrol(manager, {})).rejects.toThrow('BAD_USER_INPUT')
})
