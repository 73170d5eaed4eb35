import {
  CreateSiteDocument,
  CreateTenantDocument,
  EnrolPersonDocument,
  RegisterCameraDocument,
  RequestPairingDocument,
  SitesDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { newDevice, useTestApi } from './test-api.ts'
import { useProjector } from './test-reading.ts'

const api = await useTestApi()
await useProjector(api)

test.each(['a\u0000b', 'a\ud800b'])('%j in a command is refused, and projecting goes on', async name => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const { agentId, secretHash } = newDevice()
  const commands = [
    () => api.send(person.token, CreateSiteDocument, { input: { name } }),
    () => api.send(person.token, EnrolPersonDocument, { input: { name } }),
    () =>
      api.send(person.token, RegisterCameraDocument, {
        input: { siteId, name, address: 'rtsp://camera.example/live' },
      }),
    () =>
      api.send(undefined, RequestPairingDocument, { input: { agentId, secretHash, name, serial: 'SN-1' } }),
    () =>
      api.send(undefined, RequestPairingDocument, {
        input: { agentId, secretHash, name: 'Box', serial: name },
      }),
    async () =>
      api.send(await api.identity.system(), CreateTenantDocument, { input: { tenantId: v7(), name } }),
  ]
  for (const command of commands) await expect(command()).rejects.toThrow('BAD_USER_INPUT')
  const { createSite } = await api.send(person.token, CreateSiteDocument, { input: { name: 'South gate' } })
  if (createSite.__typename !== 'CommandAccepted') throw new Error(createSite.code)
  const { sites } = await api.send(person.token, SitesDocument, { atLeast: createSite.position })
  expect(sites.edges.map(edge => edge.node.name)).toEqual(['North gate', 'South gate'])
})
