import {
  ChangeRoleDocument,
  CreateSiteDocument,
  MembersDocument,
  RegisterCameraDocument,
  SetQuotaDocument,
  TenantRecordDocument,
} from '@sightline/schema/operations'
import { accepted, createTenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import type { Locator, Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { violationsOf } from '../src/accessibility.ts'
import { desk, openPage, phone, reloadUntilSeen, startBrowser } from '../src/browser.ts'
import { addMember } from '../src/members.ts'
import { shownPairingCode } from '../src/pairing-code.ts'

const system = await startSystem({
  services: ['api', 'projector', 'agent'],
  settings: { agent: { PAIRING_POLL_MS: '200' } },
})
afterAll(() => system.close())
const browser = await startBrowser()
afterAll(() => browser.close())
const tenant = await createTenant(system, 'Harbour', 'ada@harbour.example')

async function registerCamera(name: string, siteId: string): Promise<string> {
  const input = { siteId, name, address: 'rtsp://192.0.2.1/stream' }
  return accepted((await tenant.client.request(RegisterCameraDocument, { input })).registerCamera).id
}

const yard = accepted(
  (await tenant.client.request(CreateSiteDocument, { input: { name: 'Yard' } })).createSite,
).id
const gate = await registerCamera('Gate', tenant.siteId)
await registerCamera('Lobby', tenant.siteId)
await registerCamera('Crane', yard)

/** Expects what comes true within a while. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 30_000 })
const button = (name: string | RegExp, within: Page | Locator) =>
  within.getByRole('button', { name, exact: true })
const article = (page: Page, name: string) => page.getByRole('article', { name, exact: true })
const pagesOf = (page: Page) =>
  page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link').allTextContents()

/** Resolves once a page says something, as the page itself sees it: it may be gone before anybody else looks. */
const comesBy = (page: Page, text: string) =>
  page.evaluate(`new Promise(resolve => {
    const look = () => document.body.textContent.includes(${JSON.stringify(text)}) && resolve()
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
  })`)

/** A page of its own browser, signed in by a link. */
async function open(path: string, userId = tenant.userId, look = desk) {
  const opened = await openPage(browser, look)
  await opened.page.goto(await system.signInAddress(userId, path))
  return { ...opened, [Symbol.asyncDispose]: () => opened.context.close() }
}

/** Opens the link of a member who was added in the page. */
async function openAs(email: string, path: string) {
  const opened = await openPage(browser)
  const address = new URL(await system.admin('sign-in-link', email, '--url', system.url))
  await opened.page.goto(`${address.origin}${path}${address.hash}`)
  return { ...opened, [Symbol.asyncDispose]: () => opened.context.close() }
}

test('an administrator adds a member, narrowed to one camera; signed in, that member sees just that', async () => {
  await using admin = await open('/access')
  const { page } = admin
  await page.getByRole('row', { name: /ada@harbour\.example You/ }).waitFor()
  await button('Add member', page).click()
  const dialog = page.getByRole('dialog')
  await button('Add member', dialog).click()
  await dialog.getByText('An address such as jo@example.com.').waitFor()
  await dialog.getByLabel('E-mail address').fill('grace@harbour.example')
  await dialog.getByLabel('Role', { exact: true }).selectOption('Operator')
  await dialog.getByText('Some places').click()
  await button('Add member', dialog).click()
  await dialog.getByText('Choose a site or a camera.').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await dialog.getByRole('combobox', { name: 'Cameras' }).fill('Gate')
  await page.getByRole('option', { name: 'Gate (Headquarters)' }).click()
  await page.keyboard.press('Escape')
  await button('Add member', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('row', { name: /grace@harbour\.example Operator Gate/ }).waitFor()
  expect(admin.complaints).toEqual([])

  await using member = await openAs('grace@harbour.example', '/cameras')
  await article(member.page, 'Gate').waitFor()
  expect(await member.page.getByRole('article').count()).toBe(1)
  // Watches and starts, and nothing else is offered.
  await button('Start Gate', member.page).waitFor()
  expect(await button('Register camera', member.page).count()).toBe(0)
  expect(await button('New site', member.page).count()).toBe(0)
  expect(await pagesOf(member.page)).toEqual(['Sightings', 'People', 'Cameras', 'Agents', 'Access'])
  await member.page.getByRole('link', { name: 'People' }).first().click()
  await member.page.getByText('People who are enrolled appear here.').waitFor()
  expect(await member.page.getByRole('main').getByRole('button').count()).toBe(0)
  await member.page.getByRole('link', { name: 'Access' }).first().click()
  await reloadUntilSeen(member.page, member.page.getByText('This browser'))
  expect(await member.page.getByRole('navigation', { name: 'Access' }).count()).toBe(0)
  expect(await member.page.getByLabel('Member').count()).toBe(0)
  expect(member.complaints).toEqual([])
  // By its address it tells nothing either.
  await member.page.goto(`${system.url}/access/members`)
  await member.page.getByText('You aren’t allowed to see or do this.').waitFor()
  expect(await member.page.getByText('ada@harbour.example').count()).toBe(0)
})

test('a right that is taken away while somebody looks is gone, and one that is given comes', async () => {
  await using admin = await open('/access/members')
  await using member = await openAs('grace@harbour.example', '/cameras')
  await article(member.page, 'Gate').waitFor()
  await button('Change grace@harbour.example', admin.page).click()
  const drawer = admin.page.getByRole('dialog')
  await button('Take away Gate', drawer).click()
  await member.page.getByRole('heading', { name: 'No cameras yet' }).waitFor()
  expect.soft(await violationsOf(admin.page)).toEqual([])

  await drawer.getByRole('combobox', { name: 'Sites' }).fill('Yard')
  await admin.page.getByRole('listbox', { name: 'Sites' }).getByRole('option', { name: 'Yard' }).click()
  await admin.page.keyboard.press('Escape')
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)
  await drawer.getByLabel('Until').fill(tomorrow)
  await button('Grant', drawer).click()
  await article(member.page, 'Crane').waitFor()
  expect(await member.page.getByRole('article').count()).toBe(1)
  await drawer.getByText(/^until /).waitFor()

  // Another role: what it doesn't carry isn't offered from then on, what it carries is.
  await drawer.getByLabel('Role', { exact: true }).selectOption('Viewer')
  await button('Save', drawer).click()
  await button('Start Crane', member.page).waitFor({ state: 'detached' })
  await eventually(() => pagesOf(member.page)).toEqual(['Sightings', 'Cameras', 'Agents', 'Access'])
  const roleInTable = (role: string) =>
    admin.page.getByRole('row', { name: /grace/ }).getByRole('cell', { name: role, exact: true })
  await roleInTable('Viewer').waitFor()
  // What is chosen and not saved yet stays, whatever somebody else saves.
  await drawer.getByLabel('Role', { exact: true }).selectOption('Site manager')
  const { members } = await tenant.client.request(MembersDocument, {})
  const { id: userId } = members.edges.find(({ node }) => node.email === 'grace@harbour.example')!.node
  const input = { userId, role: 'OPERATOR', everywhere: false } as const
  accepted((await tenant.client.request(ChangeRoleDocument, { input })).changeRole)
  await roleInTable('Operator').waitFor()
  expect(await drawer.getByLabel('Role', { exact: true }).inputValue()).toBe('SITE_MANAGER')
  await drawer.getByText('Everywhere', { exact: true }).click()
  await button('Save', drawer).click()
  await article(member.page, 'Gate').waitFor()
  await button('Register camera', member.page).waitFor()
  await button('New site', member.page).waitFor()

  await button('Remove member', drawer).click()
  await button('Remove for good', drawer).click()
  await member.page.getByRole('heading', { name: 'Nothing here is open to you' }).waitFor()
  await admin.page.getByRole('row', { name: /grace/ }).waitFor({ state: 'detached' })
  expect(admin.complaints).toEqual([])
})

test('the last administrator stays, and the page says why', async () => {
  await using admin = await open('/access/members')
  await button('Change ada@harbour.example', admin.page).click()
  const drawer = admin.page.getByRole('dialog')
  await drawer.getByLabel('Role', { exact: true }).selectOption('Viewer')
  await button('Save', drawer).click()
  await drawer.getByText('Somebody must administer the tenant').waitFor()
  await button('Remove member', drawer).click()
  await button('Remove for good', drawer).click()
  await drawer.getByText('The member was not removed').waitFor()
})

test('an API key is shown once, can be copied, rotated and revoked', async () => {
  const code = await shownPairingCode(system.process('agent').logFile)
  await using admin = await open('/agents')
  const { page, context } = admin
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await button('Pair your first agent', page).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(code)
  await dialog.getByLabel('Site').selectOption('Yard')
  await button('Pair', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  // The form for a key asks for the agents once, when it opens.
  await page.getByRole('row', { name: /Demo agent/ }).waitFor()

  await page.getByRole('link', { name: 'Access' }).first().click()
  await page.getByRole('link', { name: 'API keys' }).click()
  await button('Issue the first key', page).click()
  await dialog.getByLabel('Agent').selectOption({ label: 'Demo agent (SL-0001)' })
  await dialog.getByLabel('Name').fill('Rack 3')
  await dialog.getByLabel('Networks').fill('not a network')
  await button('Issue key', dialog).click()
  await dialog.getByText('The key was not issued').waitFor()
  await dialog.getByLabel('Networks').fill('127.0.0.0/8')
  await button('Issue key', dialog).click()
  const key = await dialog.getByLabel('The key').textContent()
  expect(key).toMatch(/^sl_agent_/)
  expect.soft(await violationsOf(page)).toEqual([])
  await Promise.all([comesBy(page, 'Copied'), button('Copy', dialog).click()])
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(key)
  // Whoever slips doesn't lose it.
  await page.keyboard.press('Escape')
  await button('I have it', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await article(page, 'Rack 3, Counts').getByText('Never used · from 127.0.0.0/8').waitFor()
  await page.reload()
  await article(page, 'Rack 3, Counts').waitFor()
  expect(await page.content()).not.toContain(key)

  // The machine gets in by it, and that is seen.
  const exchanged = await fetch(`${system.url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: key!.split('_')[2]!,
      client_secret: key!,
    }),
  })
  expect(exchanged.status).toBe(200)
  await page.reload()
  await reloadUntilSeen(page, article(page, 'Rack 3, Counts').getByText('Last used'))

  await button('Rotate Rack 3', page).click()
  await button('Issue second key', dialog).click()
  expect(await dialog.getByLabel('The key').textContent()).not.toBe(key)
  await button('I have it', dialog).click()
  await eventually(() => article(page, 'Rack 3, Counts').count()).toBe(2)
  const older = article(page, 'Rack 3, Counts').filter({ hasText: 'Last used' })
  await button('Revoke Rack 3', older).click()
  await button('Revoke for good', older).click()
  await article(page, 'Rack 3, Revoked').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
})

test('the tenant’s networks are set by whoever is in one of them, and its limits are told', async () => {
  const platform = system.client(await system.identity.system())
  const limits = { tenantId: tenant.tenantId, cameras: 50, people: null }
  const { position } = accepted((await platform.request(SetQuotaDocument, { input: limits })).setQuota)
  // The page asks once.
  await platform.request(TenantRecordDocument, { id: tenant.tenantId, atLeast: position })
  await using admin = await open('/access/tenant')
  const { page } = admin
  await page.getByText('50 at most').waitFor()
  await page.getByText('As many as you like').waitFor()
  await page.getByText('Active', { exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Networks' }).fill('192.0.2.0/24')
  await button('Save', page).click()
  await page.getByText('The networks were not set').waitFor()
  await page.getByRole('textbox', { name: 'Networks' }).fill('127.0.0.0/8\n192.0.2.0/24')
  await button('Save', page).click()
  await page.getByText('The networks are set.').waitFor()
  await page.reload()
  await eventually(() => page.getByRole('textbox', { name: 'Networks' }).inputValue()).toBe(
    '127.0.0.0/8\n192.0.2.0/24',
  )
  expect.soft(await violationsOf(page)).toEqual([])
})

test('a viewer is offered what viewers may do, and no more', async () => {
  const userId = await addMember(tenant, { email: 'vi@harbour.example', role: 'VIEWER', cameraIds: [gate] })
  await using viewer = await open('/', userId)
  const { page } = viewer
  await page.getByRole('heading', { name: 'Nobody was seen yet' }).waitFor()
  expect(await pagesOf(page)).toEqual(['Sightings', 'Cameras', 'Agents', 'Access'])
  expect(await page.getByLabel('Person').count()).toBe(0)
  await page.getByRole('link', { name: 'Cameras' }).first().click()
  await article(page, 'Gate').waitFor()
  expect(await button('Start Gate', page).count()).toBe(0)
  expect(await button('Register camera', page).count()).toBe(0)
  await page.getByRole('link', { name: 'Agents' }).first().click()
  await page.getByText('Agents that are paired appear here.').waitFor()
  expect(viewer.complaints).toEqual([])
  const input = { userId, role: 'SITE_MANAGER', everywhere: true } as const
  accepted((await tenant.client.request(ChangeRoleDocument, { input })).changeRole)
  await button('Pair agent', page).waitFor()
})

test('rights that change before the socket tells changes are seen once it does', async () => {
  const userId = await addMember(tenant, { email: 'uma@harbour.example', role: 'VIEWER', cameraIds: [gate] })
  const { page, context } = await openPage(browser)
  let isThere = false
  await page.routeWebSocket('**/graphql', socket =>
    isThere ? void socket.connectToServer() : socket.close({ code: 1013 }),
  )
  await page.goto(await system.signInAddress(userId, '/agents'))
  await eventually(() => pagesOf(page)).toContain('Agents')
  const input = { userId, role: 'SITE_MANAGER', everywhere: true } as const
  accepted((await tenant.client.request(ChangeRoleDocument, { input })).changeRole)
  isThere = true
  await button('Pair agent', page).first().waitFor()
  await context.close()
})

test('the pages of access are accessible and fit, dark and light, at a desk and on a phone', async () => {
  for (const look of [
    { ...desk, colours: 'light' as const },
    { ...phone, colours: 'dark' as const },
  ]) {
    await using opened = await open('/access/members', tenant.userId, look)
    const { page } = opened
    for (const [name, seen] of [
      ['Members', page.getByRole('row', { name: /ada@harbour/ })],
      ['API keys', page.getByRole('article').first()],
      ['Sessions', page.getByText('This browser')],
      ['Tenant', page.getByRole('textbox', { name: 'Networks' })],
    ] as const) {
      await page.getByRole('navigation', { name: 'Access' }).getByRole('link', { name }).click()
      await reloadUntilSeen(page, seen)
      expect.soft(await violationsOf(page), `${name} ${look.colours}`).toEqual([])
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      expect.soft(overflow, `${name} is wider than the window`).toBeLessThanOrEqual(0)
    }
    expect(opened.complaints).toEqual([])
  }
})
