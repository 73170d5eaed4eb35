import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthority } from '@sightline/local/certificates'
import { startProcess } from '@sightline/local/processes'
import {
  AgentsChangedDocument,
  CamerasChangedDocument,
  PairAgentDocument,
  RegisterCameraDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import { accepted, createTenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { afterAll, expect, test, vi } from 'vitest'

/** Media node and agent as they are configured for an API that ends TLS itself and takes no machine without a certificate. */

const system = await startSystem({ services: ['api', 'projector'] })
afterAll(() => system.close())
const folder = join(system.stack.folder, 'certificates')
await mkdir(folder)

const [servers, clients] = [createAuthority('Servers'), createAuthority('Clients')]
async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text, { mode: 0o600 })
  return file
}
const serversFile = await write('servers.pem', servers.certificate)
const server = servers.issue({ name: 'API', usage: 'server' })
const { ready } = await system.startService('api', {
  name: 'api over TLS',
  settings: {
    PORT: '0',
    TLS_CERTIFICATE_FILE: await write('api.pem', server.certificate),
    TLS_KEY_FILE: await write('api.key', server.key),
    TLS_CLIENT_CA_FILE: await write('clients.pem', clients.certificate),
    MACHINE_CERTIFICATES: 'required',
  },
})
const overTls = { API_URL: `https://127.0.0.1:${ready.port}`, API_CA_FILE: serversFile }
async function ownCertificate(name: string) {
  const { certificate, key } = clients.issue({ name, usage: 'client' })
  return {
    ...overTls,
    API_CLIENT_CERTIFICATE_FILE: await write(`${name}.pem`, certificate),
    API_CLIENT_KEY_FILE: await write(`${name}.key`, key),
  }
}
const logOf = (name: string) => readFileSync(join(system.stack.logs, `${name}.log`), 'utf8')

const key = await system.mediaNodeKey(randomUUID())
const tenant = await createTenant(system, 'Harbour')

test('a media node takes a stream over its connections, by commands and by the socket', async () => {
  const settings = { ...(await ownCertificate('node')), API_KEY: key }
  await system.startService('media-node', { settings })
  const cameras = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  // Nobody is there.
  const input = { siteId: tenant.siteId, name: 'Yard', address: 'rtsp://127.0.0.1:9/live' }
  const { id } = accepted((await tenant.client.request(RegisterCameraDocument, { input })).registerCamera)
  accepted((await tenant.client.request(StartStreamDocument, { input: { cameraId: id } })).startStream)
  await cameras.until('what the node reports', rows =>
    rows.find(row => row.id === id && row.stream?.status === 'RECONNECTING'),
  )
  cameras.close()
})

test('an agent is paired and heard over them', async () => {
  const settings = { ...(await ownCertificate('agent')), PAIRING_POLL_MS: '200' }
  await system.startService('agent', { settings })
  const code = await vi.waitFor(
    () => /"pairingCode":"([0-9]{6})"/.exec(logOf('agent'))?.[1] ?? expect.fail('no code is shown'),
    30_000,
  )
  const agents = watch(tenant.client, AgentsChangedDocument, {}, data => data.agentsChanged)
  const input = { code, siteId: tenant.siteId }
  accepted((await tenant.client.request(PairAgentDocument, { input })).pairAgent)
  await agents.until('an agent that is heard', rows => rows.find(({ status }) => status === 'ONLINE'))
  agents.close()
})

test.each([
  [
    'without a certificate gets no token',
    async () => overTls,
    'the API answered 400 to a request for a token',
  ],
  [
    'that trusts other servers shows its key to none',
    async () => ({
      ...(await ownCertificate('elsewhere')),
      API_CA_FILE: await write('other.pem', clients.certificate),
    }),
    'unable to verify the first certificate',
  ],
])('a node %s', async (name, settings, fault) => {
  // It is ready when it says what is wrong.
  const node = await startProcess({
    name,
    command: process.execPath,
    args: ['services/media-node/src/main.ts'],
    cwd: join(import.meta.dirname, '..'),
    environment: { ...system.environmentOf('media-node'), ...(await settings()), API_KEY: key },
    logFile: join(system.stack.logs, `${name}.log`),
    ready: line => line.includes(fault) || undefined,
  })
  await node.stop()
  expect(logOf(name)).not.toContain('"msg":"started"')
})
