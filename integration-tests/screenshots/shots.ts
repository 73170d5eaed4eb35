import type { Page } from 'playwright-core'
import { accessShots } from './access-shots.ts'
import { failingSocket, silentSocket } from './faulty-answers.ts'
import type { Shot } from './shot.ts'
import { tenantShots } from './tenant-shots.ts'

/** Waits until every picture in the window has come. */
async function picturesLoaded(page: Page): Promise<void> {
  const loaded = `[...document.images]
    .filter(image => image.getBoundingClientRect().top < window.innerHeight)
    .every(image => image.complete && image.naturalWidth > 0)`
  while (!(await page.evaluate(loaded))) await page.waitForTimeout(50)
}

const pages = [
  { page: 'sightings', full: (page: Page) => page.locator('[data-sighting]').first().waitFor() },
  { page: 'people', full: (page: Page) => page.getByRole('article', { name: 'Franck' }).waitFor() },
  { page: 'cameras', full: (page: Page) => page.getByRole('article', { name: 'Main entrance' }).waitFor() },
  { page: 'agents', full: (page: Page) => page.getByRole('cell', { name: 'Gatehouse' }).waitFor() },
] as const

const dialog = (page: Page) => page.getByRole('dialog').waitFor()

async function openDialog(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await dialog(page)
  await page.waitForTimeout(400)
}

/** Every page in its four states, the dialogs, and what stands around them. */
export const shots: readonly Shot[] = [
  ...pages.flatMap(({ page: name, full }): Shot[] => [
    {
      name: `${name}-full`,
      tenant: 'full',
      path: `/${name}`,
      bothColours: true,
      until: async page => {
        await full(page)
        await picturesLoaded(page)
      },
    },
    {
      name: `${name}-empty`,
      tenant: 'empty',
      path: `/${name}`,
      until: page => page.getByRole('heading', { name: /^(No|Nobody) / }).waitFor(),
    },
    {
      name: `${name}-loading`,
      tenant: 'full',
      path: `/${name}`,
      prepare: silentSocket,
      until: page => page.getByRole('status', { name: 'Loading' }).waitFor(),
    },
    {
      name: `${name}-error`,
      tenant: 'full',
      path: `/${name}`,
      prepare: failingSocket,
      until: page => page.getByRole('button', { name: 'Try again' }).first().waitFor(),
    },
  ]),
  {
    name: 'sightings',
    tenant: 'full',
    path: '/sightings',
    readme: true,
    until: async page => {
      await page.locator('[data-sighting]').first().waitFor()
      await picturesLoaded(page)
    },
  },
  {
    name: 'sighting-known',
    tenant: 'full',
    path: '/sightings',
    bothColours: true,
    until: async page => {
      await page.locator('[data-sighting]', { hasText: 'Franck' }).first().click()
      await page.getByRole('heading', { name: 'Best candidates' }).waitFor()
      await picturesLoaded(page)
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'sighting-unknown',
    tenant: 'full',
    path: '/sightings',
    until: async page => {
      await page.locator('[data-sighting]', { hasText: 'Unknown' }).first().click()
      await page.getByRole('heading', { name: 'Best candidates' }).waitFor()
      await picturesLoaded(page)
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'dialog-enrol',
    tenant: 'full',
    path: '/people',
    bothColours: true,
    until: page => openDialog(page, 'Enrol person'),
  },
  {
    name: 'dialog-register',
    tenant: 'full',
    path: '/cameras',
    bothColours: true,
    until: page => openDialog(page, 'Register camera'),
  },
  {
    name: 'dialog-pair',
    tenant: 'full',
    path: '/agents',
    bothColours: true,
    until: page => openDialog(page, 'Pair agent'),
  },
  {
    name: 'dialog-unpair',
    tenant: 'full',
    path: '/agents',
    until: page => openDialog(page, 'Unpair Gatehouse'),
  },
  { name: 'dialog-site', tenant: 'empty', path: '/agents', until: page => openDialog(page, 'New site') },
  {
    name: 'connection-lost',
    tenant: 'full',
    path: '/sightings',
    bothColours: true,
    until: async page => {
      await page.locator('[data-sighting]').first().waitFor()
      await picturesLoaded(page)
      await page.routeWebSocket('**/graphql', socket => socket.close({ code: 1001 }))
      await page.context().setOffline(true)
      await page.getByRole('region', { name: 'Connection' }).waitFor()
    },
  },
  {
    name: 'sign-in',
    tenant: 'nobody',
    path: '/',
    bothColours: true,
    until: page => page.getByRole('heading', { name: 'Sign in to Sightline' }).waitFor(),
  },
  {
    name: 'link-refused',
    tenant: 'nobody',
    path: '/#sign-in=used',
    until: page => page.getByRole('heading', { name: 'This link signs nobody in' }).waitFor(),
  },
  {
    name: 'account',
    tenant: 'full',
    path: '/cameras',
    bothColours: true,
    until: async page => {
      await page.getByRole('button', { name: 'Account' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
      await page.waitForTimeout(400)
    },
  },
  ...accessShots,
  ...tenantShots,
  {
    name: 'no-such-page',
    tenant: 'empty',
    path: '/elsewhere',
    until: page => page.getByRole('heading', { name: 'There is no such page' }).waitFor(),
  },
]
