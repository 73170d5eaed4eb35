import { EnvironmentError } from '@sightline/environment/read-settings'
import { expect, test } from 'vitest'
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
