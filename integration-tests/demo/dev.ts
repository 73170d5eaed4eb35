import { resolve } from 'node:path'
import { freePort } from '@sightline/local/ports'
import { startProcess } from '@sightline/local/processes'
import { startSystem } from '@sightline/testing/system'
import { say } from './console.ts'
import { beginJourney } from './journey.ts'
import { waysIn } from './sign-in.ts'

/** The API's port while developing; the page comes from Vite, which asks the API here. */
const API_PORT = 4000

const root = resolve(import.meta.dirname, '../..')
const pagePort = await freePort()
const pageUrl = `http://127.0.0.1:${pagePort}`

await using system = await startSystem({
  watch: true,
  port: API_PORT,
  settings: { api: { ALLOWED_ORIGINS: pageUrl } },
  onProgress: step => say(`Starting ${step}`),
  onDied: death => say(`${death.name} died; the end of its log:\n${death.endOfLog}`),
})
const vite = await startProcess({
  name: 'web',
  command: process.execPath,
  args: [resolve(root, 'node_modules/vite/bin/vite.js'), '--port', String(pagePort), '--strictPort'],
  cwd: resolve(root, 'web'),
  environment: { SIGHTLINE_API: system.url, NO_COLOR: '1' },
  logFile: `${system.stack.logs}/web.log`,
  ready: line => /Local:\s+(http\S+)/.exec(line)?.[1],
})
await using journey = await beginJourney(system, say)
console.log(`
${await waysIn(system, journey.tenant.userId, pageUrl)}
  GraphQL         ${system.url}/graphql
  Logs            ${system.stack.logs}
  A service that you change starts again by itself, the page too. Ctrl-C stops everything.
`)
await new Promise<void>(done => {
  process.once('SIGINT', done)
  process.once('SIGTERM', done)
})
say('Stopping …')
await vite.stop()
