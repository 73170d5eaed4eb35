import { randomUUID } from 'node:crypto'
import { type CameraFilm, cameraFilm, stillPicture } from '@sightline/local/assets'
import { startCamera } from '@sightline/local/cameras'
import { createTenant, demoPeople } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import type { Locator, Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { violationsOf } from '../src/accessibility.ts'
import { desk, openPage, phone, startBrowser } from '../src/browser.ts'
import { shownPairingCode } from '../src/pairing-code.ts'

const system = await startSystem({
  services: ['api', 'projector', 'media-node', 'recognition', 'agent'],
  settings: { agent: { PAIRING_POLL_MS: '200' } },
})
afterAll(() => system.close())
const browser = await startBrowser()
afterAll(() => browser.close())
const tenant = await createTenant(system, 'Harbour')

/** Expects what comes true within a while. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 30_000 })
const { page, complaints } = await openPage(browser, desk)

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: true })
const article = (name: string) => page.getByRole('article', { name, exact: true })
const dialog = page.getByRole('dialog')
const goTo = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).first().click()

/** Registers a camera that plays a film, by the form. */
async function register(name: string, film: CameraFilm): Promise<void> {
  const camera = await startCamera({
    file: cameraFilm(film),
    username: 'viewer',
    password: randomUUID(),
    auth: 'digest',
  })
  afterAll(() => camera.close())
  await button('Register camera').click()
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('RTSP address').fill(camera.address)
  await button('Register', dialog).click()
  await article(name).getByText('Never started.').waitFor()
}

test('an administrator opens the address that was printed and is signed in; its secret leaves the address', async () => {
  await page.goto(await system.signInAddress(tenant.userId))
  await page.getByRole('heading', { name: 'Nobody was seen yet' }).waitFor()
  expect(page.url()).toBe(`${system.url}/sightings`)
  expect(await page.title()).toBe('Sightings · Sightline')
  await page.getByText('Harbour', { exact: true }).waitFor()
})

test('the operator pairs the agent that shows a code, after a mistyped one', async () => {
  await goTo('Agents')
  await button('Pair your first agent').click()
  const code = await shownPairingCode(system.process('agent').logFile)
  // The dialog takes what is typed without a click.
  await dialog.getByLabel('Digit 1 of 6').waitFor()
  await eventually(() =>
    dialog.getByLabel('Digit 1 of 6').evaluate(element => element.matches(':focus')),
  ).toBe(true)
  await page.keyboard.type(code === '000000' ? '111111' : '000000')
  await dialog.getByText('This code was not taken').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await dialog.getByLabel('Digit 1 of 6').click()
  await page.keyboard.type(code)
  await dialog.getByText('SL-0001').waitFor()
  await button('Pair', dialog).click()
  const row = page.getByRole('row', { name: /Demo agent/ })
  await row.getByText('Headquarters', { exact: true }).waitFor()
  await row.getByText(/Online|Idle|Processing/).waitFor()
})

test('the operator enrols people from files, and is told which picture is of use', async () => {
  await goTo('People')
  for (const [index, { name, files }] of demoPeople().entries()) {
    await button(index === 0 ? 'Enrol the first person' : 'Enrol person').click()
    await dialog.getByLabel('Name').fill(name)
    await dialog.locator('input[type=file]').setInputFiles(files)
    await button('Enrol', dialog).click()
    await dialog.waitFor({ state: 'hidden' })
    await article(name).getByText('Recognised', { exact: true }).waitFor()
  }
  await eventually(() => article('Franck').getByText('Accepted').count()).toBe(3)

  await button('Add pictures of Audrey').click()
  await dialog.locator('input[type=file]').setInputFiles(stillPicture('average.png'))
  await button('Add', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await eventually(() => article('Audrey').getByRole('img').count()).toBe(2)
})

test('the operator registers two cameras and starts them', async () => {
  await goTo('Cameras')
  await register('Camera 1', 'franck')
  await register('Camera 2', 'cap12')
  for (const name of ['Camera 1', 'Camera 2']) await button(`Start ${name}`).click()
  for (const name of ['Camera 1', 'Camera 2']) {
    await article(name).getByText('Live', { exact: true }).waitFor()
    await button(`Stop ${name}`).waitFor()
  }
})

test('who was seen arrives with face, name and similarity; whoever isn’t enrolled is unknown', async () => {
  await goTo('Sightings')
  // How similar it is depends on which of the film's frames decides.
  const franck = button(/Face of Franck.* similar · 0\.[6-9]\d.*Camera 1/)
  const unknown = button(/Face of somebody unknown.*Unknown.*not recognised.*Camera 2/)
  for (const card of [franck, unknown]) {
    await card.first().waitFor()
    await eventually(() =>
      card
        .first()
        .locator('img')
        .evaluate(image => image.naturalWidth),
    ).toBeGreaterThan(40)
  }
})

test('a sighting shows what it rested on, and its address can be passed on', async () => {
  await button(/Face of Franck/)
    .first()
    .click()
  await dialog.getByRole('heading', { name: 'Franck' }).waitFor()
  await dialog.getByAltText('Enrolled picture of Franck').waitFor()
  await dialog.getByRole('progressbar', { name: /Similarity to Cage/ }).waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  const address = new URL(page.url())
  expect(address.searchParams.get('sighting')).toMatch(/^[0-9a-f-]{36}$/)

  const other = await openPage(browser, phone)
  await other.page.goto(await system.signInAddress(tenant.userId, address.pathname + address.search))
  await other.page.getByRole('dialog').getByRole('heading', { name: 'Franck' }).waitFor()
  expect(other.complaints).toEqual([])
  await other.context.close()

  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(page.url()).toBe(`${system.url}/sightings`)
})

test('filters name the cameras and people that there are, and stand in the address', async () => {
  await page.getByLabel('Camera').selectOption('Camera 2')
  await button(/Face of somebody unknown/)
    .first()
    .waitFor()
  await eventually(() => button(/Face of Franck/).count()).toBe(0)
  await page.getByLabel('Person').selectOption('Cage')
  await page.getByRole('heading', { name: 'Nobody was seen who fits' }).waitFor()
  const filtered = new URL(page.url()).searchParams
  expect([...filtered.keys()].sort()).toEqual(['camera', 'person'])
  await button('Show all sightings').click()
  await button(/Face of Franck/)
    .first()
    .waitFor()
})

test('every page is accessible, dark and light, at a desk and on a phone', async () => {
  const full = [
    { link: /sightings/i, heading: 'Sightings', content: '[data-sighting]' },
    { link: /people/i, heading: 'People', content: 'article' },
    { link: /cameras/i, heading: 'Cameras', content: 'article' },
    { link: /agents/i, heading: 'Agents', content: 'tbody tr' },
    { link: /access/i, heading: 'Members', content: 'tbody tr' },
  ]
  const violations: Record<string, string[]> = {}
  for (const look of [
    { ...desk, colours: 'light' as const },
    { ...phone, colours: 'dark' as const },
  ]) {
    const opened = await openPage(browser, look)
    await opened.page.goto(await system.signInAddress(tenant.userId, '/sightings'))
    for (const { link, heading, content } of full) {
      await opened.page
        .getByRole('navigation', { name: 'Pages' })
        .getByRole('link', { name: link })
        .first()
        .click()
      // What the page before showed may look the same.
      await opened.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      await opened.page.locator(content).first().waitFor()
      const found = await violationsOf(opened.page)
      if (found.length > 0) violations[`${heading} ${look.colours}`] = found
      const overflow = await opened.page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      expect(overflow, `${heading} is wider than the window`).toBeLessThanOrEqual(0)
    }
    expect(opened.complaints).toEqual([])
    await opened.context.close()
  }
  expect(violations).toEqual({})
})

test('a camera that is stopped says so', async () => {
  await goTo('Cameras')
  await button('Stop Camera 2').click()
  await article('Camera 2').getByText('Offline', { exact: true }).waitFor()
  await button('Start Camera 2').waitFor()
})

test('an agent that is unpaired is gone, and its device can be paired anew', async () => {
  await goTo('Agents')
  await button('Unpair Demo agent').click()
  await dialog.getByRole('heading', { name: 'Unpair Demo agent' }).waitFor()
  await dialog.getByText('The device shows a pairing code again').waitFor()
  expect.soft(await violationsOf(page)).toEqual([])
  await button('Keep', dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await button('Unpair Demo agent').click()
  await button('Unpair', dialog).click()
  await button('Pair your first agent').waitFor()
  await dialog.waitFor({ state: 'hidden' })
})

test('nothing of it complained', () => {
  expect(complaints).toEqual([])
})
