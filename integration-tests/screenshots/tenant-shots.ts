import type { Page } from 'playwright-core'
import { failingSocket, silentSocket } from './faulty-answers.ts'
import type { Shot } from './shot.ts'

const loading = (page: Page) => page.getByRole('main').getByRole('status', { name: 'Loading' }).waitFor()
const listed = (page: Page) => page.getByRole('link', { name: 'North depot' }).waitFor()

async function openTenant(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click()
  await page.getByRole('heading', { name }).waitFor()
}

async function openDialog(page: Page, button: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await page.waitForTimeout(400)
}

/** The pages of a system administrator in their states, and their dialogs. */
export const tenantShots: readonly Shot[] = [
  { name: 'tenants-full', tenant: 'system', path: '/tenants', bothColours: true, until: listed },
  { name: 'tenants-loading', tenant: 'system', path: '/tenants', prepare: silentSocket, until: loading },
  {
    name: 'tenants-error',
    tenant: 'system',
    path: '/tenants',
    prepare: failingSocket,
    until: page => page.getByRole('main').getByRole('button', { name: 'Try again' }).waitFor(),
  },
  {
    name: 'tenant-created',
    tenant: 'system',
    path: '/tenants',
    until: page => openDialog(page, 'Create tenant'),
  },
  {
    name: 'tenant-record',
    tenant: 'system',
    path: '/tenants',
    bothColours: true,
    until: page => openTenant(page, 'City museum'),
  },
  {
    name: 'tenant-record-suspended',
    tenant: 'system',
    path: '/tenants',
    until: page => openTenant(page, 'North depot'),
  },
  {
    name: 'tenant-record-asked',
    tenant: 'system',
    path: '/tenants',
    bothColours: true,
    until: async page => {
      await openTenant(page, 'City museum')
      await openDialog(page, 'Suspend tenant…')
    },
  },
]
