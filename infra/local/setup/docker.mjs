import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { outputOf, SetupError } from './commands.mjs'

const asked = /^(unix|tcp|http):\/\//

/** Where Docker listens where nobody says otherwise: for all users, and for one without root's rights. */
function usualPlaces(environment) {
  const own = [
    environment.XDG_RUNTIME_DIR,
    join(homedir(), '.docker/run'),
    join(homedir(), '.docker/desktop'),
  ]
  return ['/var/run', ...own.filter(Boolean)].map(folder => `unix://${join(folder, 'docker.sock')}`)
}

/**
 * Refuses a run of the tests on containers where no Docker answers, before anything is made for it. It is a first
 * look with nothing installed; Testcontainers looks again, and where it has settings of its own it alone decides.
 * @throws SetupError
 */
export async function refuseWithoutDocker(environment, places = usualPlaces(environment)) {
  if (environment.STACK !== 'containers' || existsSync(join(homedir(), '.testcontainers.properties'))) return
  for (const place of [environment.DOCKER_HOST, ...places]) {
    if (place && asked.test(place) && (await answers(place))) return
  }
  // The client knows contexts and TLS.
  if (outputOf('docker', ['version'], { env: environment, timeout: 10_000 }) !== undefined) return
  throw new SetupError(
    'STACK=containers needs Docker, and none answers here. Start it, say where it is (DOCKER_HOST), or leave STACK out: the stack is then processes of this machine.',
  )
}

function answers(place) {
  const where = place.startsWith('unix://') ? { socketPath: place.slice('unix://'.length) } : addressOf(place)
  return new Promise(resolve => {
    const ping = request({ ...where, path: '/_ping', timeout: 3_000 }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    ping.once('timeout', () => ping.destroy())
    ping.once('error', () => resolve(false))
    ping.end()
  })
}

function addressOf(place) {
  const { hostname, port } = new URL(place.replace(/^tcp:/, 'http:'))
  return { hostname, port: port || 2375 }
}
