import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

test('a complete environment is read', () => {
  const environment = readEnvironment({
    API_URL: 'http://127.0.0.1:4000',
    STATE_FOLDER: '/var/lib/agent',
    AGENT_NAME: 'Gate box',
    AGENT_SERIAL: 'SN-1',
  })
  expect(environment).toMatchObject({ PAIRING_POLL_MS: 3_000, LOG_LEVEL: 'info' })
})

test('every fault is told at once', () => {
  const faulty = { API_URL: 'nowhere', PAIRING_POLL_MS: '0' }
  expect(() => readEnvironment(faulty)).toThrow(
    /API_URL.*STATE_FOLDER.*AGENT_NAME.*AGENT_SERIAL.*PAIRING_POLL_MS/s,
  )
})
