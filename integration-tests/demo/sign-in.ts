import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localSystemAdministrator } from '@sightline/local/identity'
import type { System } from '@sightline/testing/system'

/** Keeps a text for whoever runs the demo, as long as it runs. Gives its file, which nobody else reads. */
export async function keep(system: System, name: string, content: string): Promise<string> {
  const file = join(system.stack.folder, name)
  await writeFile(file, content, { mode: 0o600 })
  return file
}

/** Settings of a service in the form that Node's `--env-file` reads. */
export function environmentFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}

/**
 * How one signs in, in lines for people: as the administrator of the demo's tenant and of the system, and again.
 * @param pageUrl where the page is
 */
export async function waysIn(system: System, userId: string, pageUrl = system.url): Promise<string> {
  const api = await keep(system, 'api.env', environmentFile(system.environmentOf('api')))
  return `\
  The page        ${await system.signInAddress(userId, '/', pageUrl)}
  All tenants     ${await system.signInAddress(localSystemAdministrator, '/', pageUrl)}
                  (each address signs you in, once, within five minutes; the next one:
                  node_modules/.bin/node --env-file=${api} services/api/src/admin/main.ts \\
                    sign-in-link demo@example.org --url ${pageUrl}
                  or of ${localSystemAdministrator}, who looks after all tenants)`
}
