import { execFileSync } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { localSystemAdministrator } from '@sightline/local/identity'
import { SightingsDocument, SuspendTenantDocument } from '@sightline/schema/operations'
import { accepted, createTenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { desk, openPage, phone, startBrowser } from '../src/browser.ts'
import { fillAccess } from './access.ts'
import { fillBusyDay } from './busy-day.ts'
import type { Shot } from './shot.ts'
import { shots } from './shots.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  console.log(`npm run screenshots [-- <folder> [--only <part of a picture's name or path>]]

Takes pictures of the page on a real system. With a folder, of every page in its four states, at a desk's and a
phone's size, dark and light. Without one, only web/pictures/sightings.png, which README.md shows, its faces blurred.`)
  process.exit(0)
}
const [given] = positionals
const folder = resolve(given ?? join(import.meta.dirname, '../../web/pictures'))
const wanted = given
  ? shots.filter(({ name, path }) => `${name} ${path}`.includes(values.only ?? ''))
  : shots.filter(({ readme }) => readme)
await mkdir(folder, { recursive: true })

await using system = await startSystem({
  services: ['api', 'projector', 'recognition'],
  onProgress: step => console.log(`Starting ${step}`),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void system.close().then(() => process.exit(130)))
}
const empty = await createTenant(system, 'Harbour')
const full = await createTenant(system, 'City museum', 'director@museum.example')
console.log('A busy day')
await fillBusyDay(system, full)
const { viewerId } = await fillAccess(system, full)
const sightings = watch(full.client, SightingsDocument, {}, data => data.sightings)
await sightings.until('the day’s sightings', rows => rows.length >= 16)
sightings.close()

const { tenantId: suspendedId } = await createTenant(system, 'North depot')
const suspension = { tenantId: suspendedId, reason: 'The contract has ended, and three invoices are open' }
const platform = system.client(await system.identity.system())
accepted((await platform.request(SuspendTenantDocument, { input: suspension })).suspendTenant)

const users = {
  full: full.userId,
  empty: empty.userId,
  viewer: viewerId,
  system: localSystemAdministrator,
}

const browser = await startBrowser()
try {
  for (const shot of wanted) {
    for (const [size, look] of shot.readme && !given
      ? [['', desk] as const]
      : [['-desk', desk] as const, ['-phone', phone] as const]) {
      for (const colours of shot.bothColours && given ? (['dark', 'light'] as const) : (['dark'] as const)) {
        const file = `${shot.name}${size}${colours === 'light' ? '-light' : ''}.png`
        const problem = await take(shot, { ...look, colours }, join(folder, file))
        console.log(problem ? `${file}: ${problem}` : file)
      }
    }
  }
} finally {
  await browser.close()
}

async function take(
  shot: Shot,
  look: Parameters<typeof openPage>[1],
  path: string,
): Promise<string | undefined> {
  const { page, context } = await openPage(browser, look)
  try {
    await shot.prepare?.(page)
    const address =
      shot.tenant === 'nobody'
        ? `${system.url}${shot.path}`
        : await system.signInAddress(users[shot.tenant], shot.path)
    await page.goto(address)
    // What can't be brought about is shown as it is.
    const problem = await shot.until(page).then(
      () => undefined,
      (error: Error) => error.message.split('\n', 1)[0],
    )
    if (!given) {
      if (problem) throw new Error(`the page to be kept a picture of did not come: ${problem}`)
      // The faces of the films and stills are for tests alone: a picture that is kept shows none.
      await page.addStyleTag({ content: 'main img { filter: blur(14px) }' })
    }
    await page.screenshot({ path })
    if (!given) await reduceColours(path)
    return problem
  } finally {
    await context.close()
  }
}

/** Makes a picture that is kept in the repository a third as large: 256 colours are enough for it. */
async function reduceColours(path: string): Promise<void> {
  const whole = `${path}.whole.png`
  const palette =
    'split[one][other];[one]palettegen[colours];[other][colours]paletteuse=dither=bayer:bayer_scale=5'
  await rename(path, whole)
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', whole, '-vf', palette, path])
  await rm(whole)
}
