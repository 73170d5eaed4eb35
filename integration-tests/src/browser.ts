import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

/** Where packages put the browser. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Headless, without a GPU and without talking to anybody but the system under test. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
]

/** Starts Chromium. @throws Error where none is installed */
export async function startBrowser(): Promise<Browser> {
  const executablePath = places.find(existsSync)
  if (!executablePath) throw new Error(`no Chromium at ${places.join(', ')}: run \`npm run setup\``)
  return chromium.launch({ executablePath, args: flags })
}

/** A page with everything that went wrong in it. */
export interface WatchedPage {
  page: Page
  context: BrowserContext
  /** Errors of the console and of scripts, in words. */
  complaints: string[]
}

/** How a page is looked at. */
export interface Look {
  width: number
  height: number
  colours?: 'dark' | 'light'
  /** Pixels of the screen for each of the page's. */
  scale?: number
}

/** A desk and a phone. */
export const desk: Look = { width: 1440, height: 900 }
export const phone: Look = { width: 390, height: 844 }

/** Opens an empty page in a context of its own. */
export async function openPage(browser: Browser, look: Look = desk): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    deviceScaleFactor: look.scale ?? 1,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(30_000)
  if (look.colours)
    await context.addInitScript(
      colours => localStorage.setItem('mantine-color-scheme-value', colours),
      look.colours,
    )
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', error => complaints.push(`thrown: ${error.message}`))
  return { page, context, complaints }
}

/**
 * Loads a page anew until it shows something: for what it asks for once, as it comes, and what rows may not have yet.
 * @throws TimeoutError after about `within` ms without it
 */
export async function reloadUntilSeen(page: Page, wanted: Locator, within = 60_000): Promise<void> {
  const end = Date.now() + within
  for (;;) {
    try {
      return await wanted.waitFor({ timeout: 5_000 })
    } catch (error) {
      if (Date.now() > end) throw error
    }
    await page.reload()
  }
}
