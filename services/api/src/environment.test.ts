import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '@sightline/local/certificates'
import { afterAll, expect, test } from 'vitest'
import { readEnvironment, settingsOf } from './environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'api-'))
afterAll(() => rmSync(folder, { recursive: true }))
function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const key = Buffer.alloc(32, 7).toString('base64')
const complete = {
  ESDB_URL: 'esdb://127.0.0.1:2113?tls=false',
  POSTGRES_HOST: '127.0.0.1',
  POSTGRES_PORT: '5432',
  POSTGRES_DATABASE: 'sightline',
  POSTGRES_PASSWORD_API_TENANT: 'x',
  POSTGRES_PASSWORD_API_SCOPED: 'x',
  POSTGRES_PASSWORD_API_MACHINE: 'x',
  POSTGRES_PASSWORD_API_SYSTEM: 'x',
  POSTGRES_PASSWORD_OPS_API: 'x',
  POSTGRES_PASSWORD_OPS_KEYS: 'x',
  MASTER_KEY: key,
  SERVER_SECRET: key,
  OBJECTS_FOLDER: folder,
}
const authority = createAuthority()
const server = authority.issue({ name: 'API', usage: 'server' })
const files = {
  TLS_CERTIFICATE_FILE: write('api.pem', server.certificate),
  TLS_KEY_FILE: write('api.key', server.key),
  TLS_CLIENT_CA_FILE: write('clients.pem', authority.certificate),
}

test('TLS is ended elsewhere unless there is a certificate', () => {
  expect(settingsOf(readEnvironment(complete))).toMatchObject({
    tls: undefined,
    machineCertificates: 'optional',
  })
  const { certificate, key } = server
  expect(
    settingsOf(readEnvironment({ ...complete, ...files, MACHINE_CERTIFICATES: 'required' })),
  ).toMatchObject({
    tls: { certificate, key, clientAuthorities: authority.certificate },
    machineCertificates: 'required',
  })
  const { TLS_CLIENT_CA_FILE: _, ...ownAlone } = files
  expect(settingsOf(readEnvironment({ ...complete, ...ownAlone })).tls?.clientAuthorities).toBeUndefined()
})

test.each([
  [
    'a key of another certificate',
    'TLS_KEY_FILE',
    { TLS_KEY_FILE: write('o.key', authority.issue({ name: 'x', usage: 'server' }).key) },
  ],
  ['a certificate without its key', 'TLS_KEY_FILE', { TLS_KEY_FILE: undefined }],
  ['a file that is not there', 'TLS_CLIENT_CA_FILE', { TLS_CLIENT_CA_FILE: join(folder, 'nothing') }],
  [
    'clients to be known without TLS',
    'TLS_CERTIFICATE_FILE',
    { TLS_CERTIFICATE_FILE: undefined, TLS_KEY_FILE: undefined },
  ],
  [
    'certificates that nobody can check',
    'TLS_CLIENT_CA_FILE',
    { MACHINE_CERTIFICATES: 'required', TLS_CLIENT_CA_FILE: undefined },
  ],
])('%s is a fault', (_what, name, change) => {
  expect(() => readEnvironment({ ...complete, ...files, ...change })).toThrow(new RegExp(`^  ${name}: `, 'm'))
})

test('how old the access state may be is set, up to when what is open ends', () => {
  const boundsOf = (changes: object) => settingsOf(readEnvironment({ ...complete, ...changes })).accessBounds
  expect(boundsOf({})).toMatchObject({ staleMs: 3_000, lostMs: 15_000 })
  expect(boundsOf({ ACCESS_STALE_MS: '15000' })).toMatchObject({ staleMs: 15_000, lostMs: 15_000 })
  for (const ms of ['15001', '1999']) {
    expect(() => boundsOf({ ACCESS_STALE_MS: ms })).toThrow(/^ {2}ACCESS_STALE_MS: /m)
  }
})
