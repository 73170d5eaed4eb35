import {
  RemoveMemberDocument,
  ResumeTenantDocument,
  SuspendTenantDocument,
} from '@sightline/schema/operations'
import { accepted, createTenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { violationsOf } from '../src/accessibility.ts'
import { openPage, reloadUntilSeen, startBrowser } from '../src/browser.ts'
import { addMember } from '../src/members.ts'

/**
 * Short, so that tokens are renewed while a test looks; long enough that the page, which renews them at three quarters of
 * it, isn't too late where it has to wait for a processor.
 */
const ACCESS_TOKEN_MS = 20_000

const system = await startSystem({
  services: ['api', 'projector'],
  settings: { api: { ACCESS_TOKEN_MS: String(ACCESS_TOKEN_MS) } },
})
afterAll(() => system.close())
const browser = await startBrowser()
afterAll(() => browser.close())
const tenant = await createTenant(system, 'Harbour', 'ada@harbour.example')

/** Expects what comes true within a while. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 30_000 })
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
const live = (page: Page) => page.getByRole('img', { name: 'Live', exact: true }).waitFor()

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
}

/** A page of its own browser, signed in by a link. */
async function open(path = '/cameras', userId = tenant.userId) {
  const opened = await openPage(browser)
  const address = await system.signInAddress(userId, path)
  await opened.page.goto(address)
  return { ...opened, address, [Symbol.asyncDispose]: () => opened.context.close() }
}

/** Counts the requests for a new token that are answered from now on. */
function renewalsOf(page: Page): { status: number[] } {
  const renewals = { status: [] as number[] }
  page.on('response', response => {
    if (response.url().endsWith('/session/refresh')) renewals.status.push(response.status())
  })
  return renewals
}

test('a sign-in link works once, and is refused to whoever has it second', async () => {
  await using first = await open()
  await heading(first.page, 'No cameras yet')
  expect(first.page.url()).toBe(`${system.url}/cameras`)
  expect(first.complaints).toEqual([])

  const second = await openPage(browser)
  await second.page.goto(first.address)
  await heading(second.page, 'This link signs nobody in')
  expect(second.page.url()).toBe(`${system.url}/cameras`)
  expect.soft(await violationsOf(second.page)).toEqual([])
  await second.page.getByRole('button', { name: 'Go on without the link' }).click()
  await heading(second.page, 'Sign in to Sightline')
  expect.soft(await violationsOf(second.page)).toEqual([])
  await second.context.close()

  // Whom the link signed in is left alone.
  await first.page.reload()
  await heading(first.page, 'No cameras yet')
})

test('a browser without a session is led to signing in, and a link opened in the same tab signs in', async () => {
  const { page, context } = await openPage(browser)
  await page.goto(`${system.url}/cameras`)
  await heading(page, 'Sign in to Sightline')
  await page.goto(await system.signInAddress(tenant.userId, '/cameras'))
  await heading(page, 'No cameras yet')
  await context.close()
})

test('nothing of the tokens is left where scripts, histories or others could read it', async () => {
  await using opened = await open()
  await heading(opened.page, 'No cameras yet')
  const stored = await opened.page.evaluate(
    'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, history.length])',
  )
  expect(stored).not.toMatch(/eyJ|sightline-|sign-in/)
  const cookies = await opened.context.cookies()
  expect(cookies).toMatchObject([{ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' }])
})

// Beside the next one: both wait for tokens to end.
test.concurrent('a session goes on over reloads and over the ends of its tokens', async ({ expect }) => {
  await using opened = await open()
  const { page, complaints } = opened
  await heading(page, 'No cameras yet')
  await page.reload()
  await heading(page, 'No cameras yet')
  await live(page)
  const renewals = renewalsOf(page)
  let closed = 0
  page.on('websocket', () => {
    closed += 1
  })
  // Longer than a token lasts: without the next one the socket would have been closed.
  await expect.poll(() => renewals.status.length, { timeout: 90_000 }).toBeGreaterThan(1)
  await live(page)
  expect(renewals.status.filter(status => status !== 200)).toEqual([])
  expect(closed, 'sockets that were opened anew').toBe(0)
  expect(complaints).toEqual([])
})

test.concurrent('tabs share a session: none is signed out by another’s renewals, and signing out is for all', async ({
  expect,
}) => {
  await using opened = await open()
  const { page: one, context } = opened
  await heading(one, 'No cameras yet')
  const other = await context.newPage()
  const renewals = [renewalsOf(one), renewalsOf(other)]
  await Promise.all([other.goto(`${system.url}/agents`), one.reload()])
  await heading(one, 'No cameras yet')
  await heading(other, 'No agents yet')
  const answered = () => renewals.flatMap(({ status }) => status)
  // One for each tab as it came, and from then on one for both.
  await expect.poll(() => answered().length, { timeout: 90_000 }).toBeGreaterThan(3)
  await live(one)
  await live(other)
  expect(answered().filter(status => status !== 200)).toEqual([])

  await signOut(one)
  await heading(one, 'You are signed out')
  await heading(other, 'You are signed out')
  await other.reload()
  await heading(other, 'Sign in to Sightline')
})

test('a renewal whose answer was lost is had again', async () => {
  await using opened = await open()
  const { page } = opened
  await heading(page, 'No cameras yet')
  const renewals = renewalsOf(page)
  let lost = false
  await page.route('**/session/refresh', async route => {
    if (lost) return route.continue()
    lost = true
    // The API renews the session, and the browser never hears of it: its cookie is the one before.
    const { 'content-length': _length, ...headers } = await route.request().allHeaders()
    await fetch(route.request().url(), { method: 'POST', headers, body: route.request().postData() ?? '{}' })
    await route.abort()
  })
  await page.reload()
  await expect.poll(() => renewals.status.at(-1), { timeout: 30_000 }).toBe(200)
  expect(renewals.status).toContain(409)
  await heading(page, 'No cameras yet')
})

test('a session that an administrator ends is over at once, wherever one looks', async () => {
  const userId = await addMember(tenant, { email: 'eve@harbour.example', role: 'OPERATOR' })
  await using opened = await open('/access/sessions', userId)
  await reloadUntilSeen(opened.page, opened.page.getByText('This browser'))
  await using admin = await open(`/access/sessions?member=${userId}`)
  await admin.page.getByRole('button', { name: 'End session' }).click()
  await heading(opened.page, 'Sign in again')
  await opened.page.getByText('Your session has ended').waitFor()
  expect.soft(await violationsOf(opened.page)).toEqual([])
  await admin.page.getByText('Ended', { exact: true }).waitFor()
})

test('whoever is removed, or whose tenant is suspended, is told so, and goes on once they are back', async () => {
  const platform = system.client(await system.identity.system())
  const other = await createTenant(system, 'Depot')
  const member = { email: 'kim@harbour.example', role: 'VIEWER' } as const
  const userId = await addMember(other, member)
  await using opened = await open('/cameras', userId)
  const { page } = opened
  await heading(page, 'No cameras yet')
  await live(page)
  const input = { tenantId: other.tenantId, reason: 'Unpaid' }
  accepted((await platform.request(SuspendTenantDocument, { input })).suspendTenant)
  await heading(page, 'Nothing here is open to you')
  expect.soft(await violationsOf(page)).toEqual([])
  accepted(
    (await platform.request(ResumeTenantDocument, { input: { tenantId: other.tenantId } })).resumeTenant,
  )
  await page.getByRole('button', { name: 'Try again' }).click()
  await heading(page, 'No cameras yet')
  await live(page)
  accepted((await other.client.request(RemoveMemberDocument, { input: { userId } })).removeMember)
  await heading(page, 'Nothing here is open to you')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'You are signed out')
})

test('whoever is a member of several tenants goes from one to the other, in every tab', async () => {
  const yard = await createTenant(system, 'Yard')
  const userId = await addMember(tenant, { email: 'lee@harbour.example', role: 'OPERATOR' })
  expect(await addMember(yard, { email: 'lee@harbour.example', role: 'VIEWER' })).toBe(userId)
  await using opened = await open(`/cameras?site=${tenant.siteId}`, userId)
  const { page, context, complaints } = opened
  const banner = page.getByRole('banner')
  await live(page)
  const there = await banner.getByTitle('Harbour', { exact: true }).isVisible()
  const [from, to] = there ? ['Harbour', 'Yard'] : ['Yard', 'Harbour']
  const other = await context.newPage()
  await other.goto(`${system.url}/agents`)
  await other.getByRole('banner').getByTitle(from, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitemradio', { name: new RegExp(to) }).waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await page.getByRole('menuitemradio', { name: new RegExp(to) }).click()
  // By its title: the menu stands in the banner too, and names every tenant.
  await banner.getByTitle(to, { exact: true }).waitFor()
  await other.getByRole('banner').getByTitle(to, { exact: true }).waitFor()
  // Sites of the one are none of the other.
  await eventually(() => new URL(page.url()).search).toBe('')
  await live(page)
  await live(other)
  expect(complaints).toEqual([])
})
