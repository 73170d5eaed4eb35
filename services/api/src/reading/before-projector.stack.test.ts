import { CamerasChangedDocument, type CamerasChangedSubscription } from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'
import { foldUntil, subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi({ recheckMs: 200 })

test('before the read models are there, queries say so and subscriptions wait for them', async () => {
  const person = await api.person()
  const cameraId = await api.registerCamera(person, await api.createSite(person))
  const answer = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
    body: JSON.stringify({ query: '{ cameras { edges { node { id } } } }' }),
  })
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(503)

  const subscription = subscribe<CamerasChangedSubscription, object>(
    api.url,
    person.token,
    CamerasChangedDocument,
    {},
  )
  await expect.poll(() => api.logLines.join('\n')).toContain('a change could not be read and is read again')
  const projector = await useProjector(api)
  const held = new Map<string, { id: string }>()
  await foldUntil(
    held,
    async () => (await subscription.next()).data!.camerasChanged,
    rows => rows.has(cameraId),
  )
  subscription.close()
  await eventually(async () => expect((await fetch(`${api.url}/health/ready`)).status).toBe(200))
  await projector.stop()
})
