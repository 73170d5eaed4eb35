import { localSystemAdministrator } from '@sightline/local/identity'
import { createTenant, type Tenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import type { Locator, Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { violationsOf } from '../src/accessibility.ts'
import { desk, openPage, phone, reloadUntilSeen, startBrowser } from '../src/browser.ts'
import { addMember } from '../src/members.ts'

const system = await startSystem({ services: ['api', 'projector'] })
afterAll(() => system.close())
const browser = await startBrowser()
afterAll(() => browser.close())

let made: Promise<Tenant> | undefined
/** A tenant, from the first time on that it is asked for: before that there is none. */
function harbour(): Promise<Tenant> {
  made ??= createTenant(system, 'Harbour', 'ada@harbour.example')
  return made
}

/** Expects what comes true within a while. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 30_000 })
const button = (name: string | RegExp, within: Page | Locator) =>
  within.getByRole('button', { name, exact: true })
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
const row = (page: Page, name: RegExp) => page.getByRole('row', { name }).waitFor()
const live = (page: Page) => page.getByRole('img', { name: 'Live', exact: true }).waitFor()
const pagesOf = (page: Page) =>
  page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link').allTextContents()

/** A page of its own browser, signed in by a link: of the system's administrator where nobody else is named. */
async function open(path: string, userId = localSystemAdministrator, look = desk) {
  const opened = await openPage(browser, look)
  await opened.page.goto(await system.signInAddress(userId, path))
  return { ...opened, [Symbol.asyncDispose]: () => opened.context.close() }
}

test('a system administrator, who is of no tenant, creates the first, and is offered nothing inside of it', async () => {
  await using admin = await open('/')
  const { page } = admin
  await heading(page, 'No tenants yet')
  expect(new URL(page.url()).pathname).toBe('/tenants')
  await page.getByRole('banner').getByText('All of Sightline').waitFor()
  await live(page)
  expect(await pagesOf(page)).toEqual(['Tenants', 'Access'])
  expect(await button('New site', page).count()).toBe(0)
  expect.soft(await violationsOf(page)).toEqual([])

  await button('Create the first tenant', page).click()
  const dialog = page.getByRole('dialog')
  await button('Create tenant', dialog).click()
  await dialog.getByText('Give the tenant a name.').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await dialog.getByLabel('Name').fill('City museum')
  await dialog.getByLabel('First administrator').fill('director@museum.example')
  await button('Create tenant', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await row(page, /^City museum Active 0 0/)

  await page.getByRole('link', { name: 'Access' }).first().click()
  await page.getByRole('link', { name: 'Sessions' }).click()
  await reloadUntilSeen(page, page.getByText('This browser'))
  expect(admin.complaints).toEqual([])
  await page.goto(`${system.url}/cameras`)
  await page.getByText('You aren’t allowed to see or do this.').waitFor()

  // Its administrator was named beside it, and finds it as it is.
  const address = new URL(await system.admin('sign-in-link', 'director@museum.example', '--url', system.url))
  const director = await openPage(browser)
  await director.page.goto(`${address.origin}/cameras${address.hash}`)
  await heading(director.page, 'No cameras yet')
  expect(await pagesOf(director.page)).not.toContain('Tenants')
  await director.page.goto(`${system.url}/tenants`)
  await director.page.getByText('You aren’t allowed to see or do this.').waitFor()
  await director.page.getByRole('banner').getByText('City museum').waitFor()
  await director.context.close()
})

test('whoever is a member of a suspended tenant is told so at once, and goes on once it is resumed', async () => {
  const userId = await addMember(await harbour(), { email: 'kim@harbour.example', role: 'VIEWER' })
  await using member = await open('/cameras', userId)
  await heading(member.page, 'No cameras yet')
  await live(member.page)
  await using admin = await open('/tenants')
  const { page } = admin
  await page.getByRole('searchbox', { name: 'Find a tenant' }).fill('harb')
  await eventually(() => page.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).search).toBe('?find=harb')
  await page.getByRole('link', { name: 'Harbour' }).click()
  await heading(page, 'Harbour')

  await button('Suspend tenant…', page).click()
  const dialog = page.getByRole('dialog', { name: 'Suspend Harbour?' })
  await button('Suspend tenant', dialog).click()
  await dialog.getByText('Say why.').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await button('Keep it active', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('Active', { exact: true }).waitFor()
  await button('Suspend tenant…', page).click()
  await dialog.getByLabel('Reason').fill('The contract has ended')
  await button('Suspend tenant', dialog).click()
  await heading(member.page, 'Nothing here is open to you')
  expect(await member.page.getByText('The contract has ended').count()).toBe(0)
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('The contract has ended').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await page.getByRole('link', { name: 'All tenants' }).click()
  await row(page, /^Harbour The contract has ended Suspended/)

  await page.getByRole('link', { name: 'Harbour' }).click()
  await button('Resume tenant', page).click()
  await button('Suspend tenant…', page).waitFor()
  await button('Try again', member.page).click()
  await heading(member.page, 'No cameras yet')
  expect(admin.complaints).toEqual([])
})

test('a quota that is set refuses one camera more, and how much of it is used is seen as it grows', async () => {
  const { tenantId, userId } = await harbour()
  await using member = await open('/cameras', userId)
  await using admin = await open(`/tenants/${tenantId}`)
  const { page } = admin
  await page.getByRole('textbox', { name: 'Cameras' }).fill('1')
  await button('Save', page).click()
  await page.getByText('The quota is set.').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])

  const dialog = member.page.getByRole('dialog')
  const register = async (name: string) => {
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('RTSP address').fill('rtsp://192.0.2.1/stream')
    await button('Register', dialog).click()
  }
  await button('Register your first camera', member.page).click()
  await register('Gate')
  await member.page.getByRole('article', { name: 'Gate' }).waitFor()
  await page.getByText('1 now').waitFor()
  await button('Register camera', member.page).click()
  await register('Lobby')
  await dialog.getByText('The tenant has as many cameras as it may have.').waitFor()

  await page.getByRole('textbox', { name: 'Cameras' }).fill('0')
  await page.getByText('It has more cameras than that').waitFor()
  await page.getByRole('textbox', { name: 'Cameras' }).fill('')
  await button('Save', page).click()
  await page.getByText('The quota is set.').waitFor()
  await button('Register', dialog).click()
  await member.page.getByRole('article', { name: 'Lobby' }).waitFor()
  await page.getByText('2 now').waitFor()
  expect([...admin.complaints, ...member.complaints]).toEqual([])
})

test('another administrator is added to a tenant, and whoever has both goes from one to the other', async () => {
  const { tenantId } = await harbour()
  await using admin = await open(`/tenants/${tenantId}`)
  const { page } = admin
  await button('Add administrator', page).click()
  await page.getByText('An address such as jo@example.com.').waitFor()
  await page.getByLabel('E-mail address').fill('root@sightline.example')
  await button('Add administrator', page).click()
  await page.getByText('root@sightline.example administers the tenant.').waitFor()
  await system.admin('appoint', 'root@sightline.example')
  const address = new URL(await system.admin('sign-in-link', 'root@sightline.example', '--url', system.url))

  const both = await openPage(browser)
  await both.page.goto(`${address.origin}/cameras${address.hash}`)
  const banner = both.page.getByRole('banner')
  await banner.getByText('Harbour').waitFor()
  const goTo = async (place: RegExp) => {
    await button('Account', both.page).click()
    await both.page.getByRole('menuitemradio', { name: place }).click()
  }
  await goTo(/All of Sightline/)
  await row(both.page, /^Harbour Active/)
  await live(both.page)
  expect(await pagesOf(both.page)).toEqual(['Tenants', 'Access'])
  await goTo(/Harbour/)
  await eventually(() => pagesOf(both.page)).toContain('Cameras')
  await goTo(/All of Sightline/)
  await row(both.page, /^Harbour/)
  expect(both.complaints).toEqual([])

  // Who was appointed is shut out of it once they are dismissed, and still a member.
  await system.admin('dismiss', 'root@sightline.example')
  await both.page.getByText('You don’t administer this Sightline any more.').waitFor()
  expect.soft(await violationsOf(both.page)).toEqual([])
  await button('Go to your other tenant', both.page).click()
  await eventually(() => new URL(both.page.url()).pathname).toBe('/sightings')
  await heading(both.page, 'Nobody was seen yet')
  await both.context.close()
})

test('the pages of tenants are accessible and fit, dark and light, at a desk and on a phone', async () => {
  const depot = await createTenant(
    system,
    'The-Society-for-Unbreakably-Long-Names-of-Organisations-and-Depots',
  )
  for (const look of [
    { ...desk, colours: 'light' as const },
    { ...phone, colours: 'dark' as const },
  ]) {
    await using opened = await open('/tenants', undefined, look)
    const { page } = opened
    const fits = async (what: string) => {
      expect.soft(await violationsOf(page), `${what} ${look.colours}`).toEqual([])
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      expect.soft(overflow, `${what} is wider than the window`).toBeLessThanOrEqual(0)
    }
    await row(page, /Unbreakably/)
    await fits('The list')
    await page.getByRole('searchbox').fill('nobody')
    await heading(page, 'No tenant is called that')
    await fits('What is not found')
    await page.goto(`${system.url}/tenants/${depot.tenantId}`)
    await button('Suspend tenant…', page).waitFor()
    await fits('A tenant')
    await page.goto(`${system.url}/tenants/${depot.siteId}`)
    await heading(page, 'There is no such tenant')
    await fits('No tenant')
    expect(opened.complaints).toEqual([])
  }
})
