import { statementName } from '@sightline/database/sql'
import {
  AgentsChangedDocument,
  AgentsDocument,
  CamerasChangedDocument,
  CamerasDocument,
  SightingPageDocument,
  SightingsDocument,
  SitesDocument,
} from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi()
await useProjector(api)

/** What each statement by its name was last given, as text. */
const given = new Map<string, string>()
const { asPrincipal } = api.database
api.database.asPrincipal = (principal, use) =>
  asPrincipal(principal, sql =>
    use((text, values) => {
      given.set(statementName(text), JSON.stringify(values ?? []))
      return sql(text, values)
    }),
  )

test('whoever sees little has their lists begin with it', async () => {
  const admin = await api.person()
  const siteId = await api.createSite(admin)
  const viewer = await api.person(admin.tenantId, { role: 'viewer', siteIds: [siteId] })
  const page = { first: 10, after: null }
  const lists = [
    ['sitePage', () => api.send(viewer.token, SitesDocument, {})],
    ['agentPage', () => api.send(viewer.token, AgentsDocument, {})],
    ['cameraPage', () => api.send(viewer.token, CamerasDocument, {})],
    ['sightingPage', () => api.send(viewer.token, SightingPageDocument, page)],
    ['allAgents', () => firstOf(AgentsChangedDocument)],
    ['allCameras', () => firstOf(CamerasChangedDocument)],
    ['sightingPage', () => firstOf(SightingsDocument)],
  ] as const
  async function firstOf(document: Parameters<typeof subscribe>[2]) {
    const subscription = subscribe(api.url, viewer.token, document, {})
    await subscription.next()
    subscription.close()
  }
  for (const [statement, ask] of lists) {
    given.clear()
    await ask()
    expect(given.get(statement), statement).toContain(siteId)
  }
})
