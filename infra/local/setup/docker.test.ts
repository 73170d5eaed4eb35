import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemporaryFolder } from '../src/temporary-folder.ts'
import { refuseWithoutDocker } from './docker.mjs'

test('a stack of containers without Docker is refused, saying what to do', async () => {
  const environment = { STACK: 'containers', DOCKER_HOST: 'unix:///nowhere/docker.sock', PATH: '/nowhere' }
  await expect(refuseWithoutDocker(environment, [])).rejects.toThrow(
    /needs Docker.*Start it.*leave STACK out/,
  )
})

test('a stack of processes needs no Docker', async () => {
  await refuseWithoutDocker({ PATH: '/nowhere' }, [])
  await refuseWithoutDocker({ STACK: 'local', PATH: '/nowhere' }, [])
})

test('a Docker that answers is enough, wherever it is', async () => {
  const folder = await makeTemporaryFolder('docker')
  const socket = join(folder.path, 'docker.sock')
  const server = createServer((request, response) =>
    response.end(request.url === '/_ping' ? 'OK' : undefined),
  )
  await new Promise<void>(resolve => server.listen(socket, resolve))
  const environment = { STACK: 'containers', PATH: '/nowhere' }
  await refuseWithoutDocker(environment, [`unix://${socket}`])
  await refuseWithoutDocker({ ...environment, DOCKER_HOST: `unix://${socket}` }, [])
  server.close()
  await folder.remove()
})
