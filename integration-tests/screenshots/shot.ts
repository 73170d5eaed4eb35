import type { Page } from 'playwright-core'

/** One picture to take. */
export interface Shot {
  name: string
  /**
   * Whose page; `viewer` is a member of the full tenant for whom it is one site, `system` administers the system,
   * `nobody` isn't signed in.
   */
  tenant: 'full' | 'empty' | 'viewer' | 'system' | 'nobody'
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
