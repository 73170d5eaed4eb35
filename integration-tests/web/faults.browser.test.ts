import { freePort } from '@sightline/local/ports'
import { CreateSiteDocument, EnrolPersonDocument, RegisterCameraDocument } from '@sightline/schema/operations'
import { accepted, addPicture, createTenant, demoPeople } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { violationsOf } from '../src/accessibility.ts'
import { desk, openPage, phone, startBrowser } from '../src/browser.ts'

const system = await startSystem({ services: ['api', 'projector'], port: await freePort() })
afterAll(() => system.close())
const browser = await startBrowser()
afterAll(() => browser.close())
const tenant = await createTenant(system, 'Harbour')

/** Expects what comes true within a while. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 30_000 })

async function open(path: string, prepare?: (page: Page) => Promise<unknown>, look = desk) {
  const opened = await openPage(browser, look)
  await prepare?.(opened.page)
  await opened.page.goto(await system.signInAddress(tenant.userId, path))
  return { ...opened, [Symbol.asyncDispose]: () => opened.context.close() }
}

const enrolPerson = async (name: string) =>
  accepted((await tenant.client.request(EnrolPersonDocument, { input: { name } })).enrolPerson)

test('every page says what to do where nothing is yet, and has no other fault', async () => {
  const nextSteps = {
    Sightings: 'Go to cameras',
    People: 'Enrol the first person',
    Cameras: 'Register your first camera',
    Agents: 'Pair your first agent',
  }
  for (const look of [desk, phone]) {
    await using opened = await open('/', undefined, look)
    const pages = opened.page.getByRole('navigation', { name: 'Pages' })
    for (const [name, step] of Object.entries(nextSteps)) {
      await pages.getByRole('link', { name }).click()
      await opened.page.getByRole('button', { name: step }).waitFor()
      expect.soft(await violationsOf(opened.page)).toEqual([])
    }
    expect(opened.complaints).toEqual([])
  }
})

test('a page that waits shows the shape of what comes', async () => {
  await using opened = await open('/people', page =>
    page.routeWebSocket('**/graphql', socket =>
      socket.onMessage(message => {
        if (String(message).includes('connection_init')) socket.send('{"type":"connection_ack"}')
      }),
    ),
  )
  await opened.page.getByRole('status', { name: 'Loading' }).waitFor()
  expect.soft(await violationsOf(opened.page)).toEqual([])
})

test('a subscription that fails says why, under which trace, and can be tried again', async () => {
  let failing = true
  await using opened = await open('/people', page =>
    page.routeWebSocket('**/graphql', socket => {
      const server = socket.connectToServer()
      socket.onMessage(message => {
        const { type, id } = JSON.parse(String(message)) as { type: string; id: string }
        if (type !== 'subscribe' || !failing) return server.send(message)
        const errors = [{ message: 'Internal error', extensions: { code: 'INTERNAL', traceId: 'a1b2c3' } }]
        socket.send(JSON.stringify({ type: 'error', id, payload: errors }))
      })
    }),
  )
  const { page } = opened
  await page.getByRole('alert').getByText('Something went wrong in the server.').waitFor()
  await page.getByText('a1b2c3').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  failing = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Nobody is enrolled yet' }).waitFor()
})

test('what other people do arrives by itself, also among the filters', async () => {
  await using people = await open('/people')
  await using sightings = await open('/sightings')
  await people.page.getByRole('heading', { name: 'Nobody is enrolled yet' }).waitFor()
  await enrolPerson('Ada')
  await people.page.getByRole('article', { name: 'Ada' }).getByText('Needs a picture').waitFor()
  await sightings.page
    .getByLabel('Person')
    .locator('option', { hasText: 'Ada' })
    .waitFor({ state: 'attached' })
  accepted(
    (
      await tenant.client.request(RegisterCameraDocument, {
        input: { siteId: tenant.siteId, name: 'Gate', address: 'rtsp://192.0.2.1/stream' },
      })
    ).registerCamera,
  )
  await sightings.page
    .getByLabel('Camera')
    .locator('option', { hasText: 'Gate' })
    .waitFor({ state: 'attached' })
})

test('a site that is created is chosen, and a site of somebody else’s comes when one looks again', async () => {
  await using opened = await open('/cameras')
  const { page } = opened
  await page.getByRole('article', { name: 'Gate' }).waitFor()
  await page.getByRole('button', { name: 'New site' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Warehouse')
  await page.getByRole('button', { name: 'Create site' }).click()
  await page.getByRole('heading', { name: 'No cameras at this site yet' }).waitFor()
  const chosen = () => page.getByLabel('Site', { exact: true }).locator('option:checked').textContent()
  await eventually(chosen).toBe('Warehouse')

  accepted((await tenant.client.request(CreateSiteDocument, { input: { name: 'Yard' } })).createSite)
  await eventually(async () => {
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
    return page.getByLabel('Site', { exact: true }).locator('option').allTextContents()
  }).toContain('Yard')
})

test('a command that is refused says so where it was given', async () => {
  await using opened = await open('/agents')
  const { page } = opened
  await page.getByRole('button', { name: 'Pair your first agent' }).click()
  await page.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type('123456')
  await page.getByRole('dialog').getByRole('alert').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
})

test('a picture whose address ran out is asked for anew, and one that is gone has a symbol', async () => {
  const { id } = await enrolPerson('Franck')
  await addPicture(system, tenant, id, demoPeople()[0]!.files[0]!)
  let expired = 1
  await using opened = await open('/people', page =>
    page.route('**/pictures/*', route =>
      expired-- > 0 ? route.fulfill({ status: 404, body: 'Not found' }) : route.continue(),
    ),
  )
  const picture = opened.page.getByRole('article', { name: 'Franck' }).getByAltText('Picture of Franck')
  await eventually(() => picture.evaluate(image => image.naturalWidth)).toBeGreaterThan(40)

  await using gone = await open('/people', page =>
    page.route('**/pictures/*', route => route.fulfill({ status: 404, body: 'Not found' })),
  )
  await gone.page.getByRole('img', { name: 'Picture of Franck: the picture can’t be shown' }).waitFor()
  expect.soft(await violationsOf(gone.page)).toEqual([])
})

test('while the API is away the page tells the age of what it shows, and then shows what happened', async () => {
  await using opened = await open('/people')
  const { page } = opened
  await page.getByRole('article', { name: 'Ada' }).waitFor()
  await page.getByRole('img', { name: 'Live', exact: true }).waitFor()
  const before = await page.getByRole('article', { name: 'Ada' }).boundingBox()
  await system.process('api').kill()
  const banner = page.getByRole('region', { name: 'Connection' })
  await banner.getByText(/You see what was known \d+ s ago/).waitFor()
  // Nothing moved, and what was known is still there.
  expect(await page.getByRole('article', { name: 'Ada' }).boundingBox()).toEqual(before)
  expect.soft(await violationsOf(page)).toEqual([])

  await system.process('api').restart()
  await banner.waitFor({ state: 'hidden' })
  await enrolPerson('Grace')
  await page.getByRole('article', { name: 'Grace' }).waitFor()
  expect(await page.getByRole('article').count()).toBe(3)
})

test('an address that leads nowhere says so', async () => {
  await using opened = await open('/elsewhere')
  await opened.page.getByRole('heading', { name: 'There is no such page' }).waitFor()
  expect.soft(await violationsOf(opened.page)).toEqual([])
})
