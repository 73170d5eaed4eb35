import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EnvironmentError } from '@sightline/environment/read-settings'
import { createAuthority } from '@sightline/local/certificates'
import { expect, onTestFinished, test } from 'vitest'
import { readEnvironment } from './environment.ts'

const nodeId = 'b7a3f6a0-0000-4000-8000-000000000001'
const token = `x.${Buffer.from(JSON.stringify({ sub: nodeId })).toString('base64url')}.y`
const complete = {
  API_URL: 'http://127.0.0.1:4000',
  MACHINE_TOKEN: token,
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  ALLOWED_CAMERA_NETWORKS: '10.0.0.0/8,fd00::/8',
  PATH: '/usr/bin:/bin',
}

test('a complete environment', () => {
  expect(readEnvironment(complete)).toMatchObject({
    brokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
    topicPrefix: '',
    credential: { kind: 'token', token },
    settings: { allowedCameraNetworks: ['10.0.0.0/8', 'fd00::/8'], leaseRenewalMs: 5000 },
  })
})

test('a node has its key or a token, and not both', () => {
  const { MACHINE_TOKEN, ...rest } = complete
  const text = `sl_media_node_${nodeId}_${'a'.repeat(49)}`
  expect(readEnvironment({ ...rest, API_KEY: text }).credential).toEqual({ kind: 'api key', text })
  for (const wrong of [rest, { ...complete, API_KEY: text }, { ...rest, API_KEY: 'sl_media_node' }]) {
    expect(() => readEnvironment(wrong)).toThrow(/API_KEY/)
  }
})

test('every fault is named at once, and no value', () => {
  const faulty = {
    ...complete,
    API_URL: undefined,
    MACHINE_TOKEN: 'planted',
    ALLOWED_CAMERA_NETWORKS: 'everywhere',
  }
  let message = ''
  try {
    readEnvironment(faulty)
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError)
    message = String(error)
  }
  for (const name of ['API_URL', 'MACHINE_TOKEN', 'ALLOWED_CAMERA_NETWORKS']) expect(message).toContain(name)
  expect(message).not.toContain('planted')
})

test('what a node connects with is read from files, which must fit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'media-node-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const authority = createAuthority()
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const own = authority.issue({ name: 'Node', usage: 'client' })
  const files = {
    API_URL: 'https://127.0.0.1:4000',
    API_CA_FILE: await write('ca.pem', authority.certificate),
    API_CLIENT_CERTIFICATE_FILE: await write('node.pem', own.certificate),
    API_CLIENT_KEY_FILE: await write('node.key', own.key),
  }
  const tls = { authorities: authority.certificate, certificate: own.certificate, key: own.key }
  expect(readEnvironment({ ...complete, ...files }).tls).toEqual(tls)
  expect(readEnvironment(complete).tls).toBeUndefined()

  const otherKey = await write('other.key', authority.issue({ name: 'Other', usage: 'client' }).key)
  const wrong: Record<string, string | undefined>[] = [
    { API_CA_FILE: files.API_CLIENT_KEY_FILE },
    { API_CLIENT_CERTIFICATE_FILE: join(folder, 'nothing') },
    { API_CLIENT_KEY_FILE: await write('no.key', 'planted') },
    { API_CLIENT_KEY_FILE: otherKey },
    { API_CLIENT_KEY_FILE: undefined },
    // Nothing of it would be shown to anybody.
    { API_URL: 'http://127.0.0.1:4000' },
  ]
  for (const change of wrong) {
    let message = ''
    try {
      readEnvironment({ ...complete, ...files, ...change })
    } catch (error) {
      expect(error).toBeInstanceOf(EnvironmentError)
      message = String(error)
    }
    expect(message).toContain(Object.keys(change)[0])
    expect(message).not.toMatch(/planted|PRIVATE|nothing$/m)
  }
})
