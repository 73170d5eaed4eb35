import type { Page } from 'playwright-core'
import { failingQuery, failingSocket, silentQuery, silentSocket } from './faulty-answers.ts'
import type { Shot } from './shot.ts'

const loading = (page: Page) => page.getByRole('main').getByRole('status', { name: 'Loading' }).waitFor()
const failed = (page: Page) =>
  page.getByRole('main').getByRole('button', { name: 'Try again' }).first().waitFor()

async function openDialog(page: Page, button: string | RegExp): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: button }).first().click()
  await page.getByRole('dialog').waitFor()
  await page.waitForTimeout(400)
}

/** The pages of access in their states, and their dialogs. */
export const accessShots: readonly Shot[] = [
  {
    name: 'members-full',
    tenant: 'full',
    path: '/access/members',
    bothColours: true,
    until: page => page.getByRole('row', { name: /night-watch/ }).waitFor(),
  },
  { name: 'members-loading', tenant: 'full', path: '/access/members', prepare: silentSocket, until: loading },
  { name: 'members-error', tenant: 'full', path: '/access/members', prepare: failingSocket, until: failed },
  {
    name: 'member-added',
    tenant: 'full',
    path: '/access/members',
    bothColours: true,
    until: async page => {
      await openDialog(page, 'Add member')
      await page.getByRole('dialog').getByLabel('Role', { exact: true }).selectOption('Operator')
      await page.getByRole('dialog').getByText('Some places').click()
    },
  },
  {
    name: 'member-changed',
    tenant: 'full',
    path: '/access/members',
    bothColours: true,
    until: page => openDialog(page, /^Change night-watch/),
  },
  {
    name: 'keys-full',
    tenant: 'full',
    path: '/access/keys',
    bothColours: true,
    until: page => page.getByRole('article').first().waitFor(),
  },
  {
    name: 'keys-empty',
    tenant: 'empty',
    path: '/access/keys',
    until: page => page.getByRole('heading', { name: 'No API keys yet' }).waitFor(),
  },
  {
    name: 'keys-loading',
    tenant: 'full',
    path: '/access/keys',
    prepare: page => silentQuery(page, 'ApiKeys'),
    until: loading,
  },
  {
    name: 'keys-error',
    tenant: 'full',
    path: '/access/keys',
    prepare: page => failingQuery(page, 'ApiKeys'),
    until: failed,
  },
  {
    name: 'key-issued',
    tenant: 'full',
    path: '/access/keys',
    until: page => openDialog(page, 'Issue API key'),
  },
  {
    // A machine has two keys at most: one for each size.
    name: 'key-shown',
    tenant: 'full',
    path: '/access/keys',
    until: async page => {
      await openDialog(page, 'Issue API key')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Agent').selectOption({ label: 'Archive cellar (SL-1002)' })
      await dialog.getByLabel('Name').fill('Archive cellar, spare')
      await dialog.getByRole('button', { name: 'Issue key' }).click()
      await dialog.getByLabel('The key').waitFor()
    },
  },
  {
    name: 'sessions-full',
    tenant: 'full',
    path: '/access/sessions',
    bothColours: true,
    until: page => page.getByText('This browser').waitFor(),
  },
  {
    name: 'sessions-loading',
    tenant: 'full',
    path: '/access/sessions',
    prepare: page => silentQuery(page, 'Sessions'),
    until: loading,
  },
  {
    name: 'sessions-error',
    tenant: 'full',
    path: '/access/sessions',
    prepare: page => failingQuery(page, 'Sessions'),
    until: failed,
  },
  {
    name: 'tenant-full',
    tenant: 'full',
    path: '/access/tenant',
    bothColours: true,
    until: page => page.getByRole('textbox', { name: 'Networks' }).waitFor(),
  },
  {
    name: 'tenant-loading',
    tenant: 'full',
    path: '/access/tenant',
    prepare: page => silentQuery(page, 'TenantSettings'),
    until: loading,
  },
  {
    name: 'tenant-error',
    tenant: 'full',
    path: '/access/tenant',
    prepare: page => failingQuery(page, 'TenantSettings'),
    until: failed,
  },
  {
    name: 'not-yours',
    tenant: 'viewer',
    path: '/access/members',
    until: page => page.getByText('You aren’t allowed to see or do this.').waitFor(),
  },
  {
    name: 'cameras-viewer',
    tenant: 'viewer',
    path: '/cameras',
    until: page => page.getByRole('article').first().waitFor(),
  },
]
