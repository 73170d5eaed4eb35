import type { Page } from 'playwright-core'

/** One picture to take. */
export interface Shot {
  name: string
  /** Whose page; `nobody` isn't signed in. */
  tenant: 'full' | 'empty' | 'nobody'
  path: string
  /** What is done before the page is opened. */
  prepare?(page: Page): Promise<void>
  /** What must be seen before the picture is taken. */
  until(page: Page): Promise<void>
  /** Whether it is taken in light colours too. */
  bothColours?: boolean
  /** Whether README.md shows it. */
  readme?: boolean
}

/** Waits until every picture in the window has come. */
async function picturesLoaded(page: Page): Promise<void> {
  const loaded = `[...document.images]
    .filter(image => image.getBoundingClientRect().top < window.innerHeight)
    .every(image => image.complete && image.naturalWidth > 0)`
  while (!(await page.evaluate(loaded))) await page.waitForTimeout(50)
}

/** A subscription that is taken and never answered. */
async function silentSocket(page: Page): Promise<void> {
  await page.routeWebSocket('**/graphql', socket => {
    socket.onMessage(message => {
      if (String(message).includes('connection_init')) socket.send('{"type":"connection_ack"}')
      else if (String(message) === '{"type":"ping"}') socket.send('{"type":"pong"}')
    })
  })
}

/** Every subscription fails with a masked fault. */
async function failingSocket(page: Page): Promise<void> {
  await page.routeWebSocket('**/graphql', socket => {
    socket.onMessage(message => {
      const { type, id } = JSON.parse(String(message)) as { type: string; id?: string }
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type === 'ping') socket.send('{"type":"pong"}')
      if (type === 'subscribe') {
        const extensions = { code: 'INTERNAL', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
        socket.send(
          JSON.stringify({ type: 'error', id, payload: [{ message: 'Internal error', extensions }] }),
        )
      }
    })
  })
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
    until: page => page.getByLabel('Access token').waitFor(),
  },
  {
    name: 'no-such-page',
    tenant: 'empty',
    path: '/elsewhere',
    until: page => page.getByRole('heading', { name: 'There is no such page' }).waitFor(),
  },
]
