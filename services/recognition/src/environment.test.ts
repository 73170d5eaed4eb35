import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

const complete = {
  ESDB_URL: 'esdb://127.0.0.1:2113?tls=false',
  POSTGRES_HOST: '127.0.0.1',
  POSTGRES_PORT: '5432',
  POSTGRES_DATABASE: 'sightline',
  POSTGRES_PASSWORD_OPS_KEYS: 'secret-of-the-keys',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  KAFKA_BROKERS: '127.0.0.1:9092, 127.0.0.1:9093',
  OBJECTS_FOLDER: '/objects',
  MODELS_FOLDER: '/models',
}

test('what is not set is as in production', () => {
  const environment = readEnvironment(complete)
  expect(environment.KAFKA_BROKERS).toEqual(['127.0.0.1:9092', '127.0.0.1:9093'])
  expect(environment.timings).toMatchObject({ absenceGapMs: 30_000, sessionTimeoutMs: 6000 })
  expect(environment.RECOGNISER_ID).not.toBe(readEnvironment(complete).RECOGNISER_ID)
})

test('every fault is told at once, and no value', () => {
  const faulty = {
    ...complete,
    MASTER_KEY: 'c2hvcnQ=',
    POSTGRES_PORT: 'many',
    POSTGRES_PASSWORD_OPS_KEYS: '',
  }
  const told = () => readEnvironment(faulty)
  for (const name of ['MASTER_KEY', 'POSTGRES_PORT', 'POSTGRES_PASSWORD_OPS_KEYS']) expect(told).toThrow(name)
  expect(told).not.toThrow(/c2hvcnQ|secret-of/)
})

test('a gap in which partitions could move is refused: not watched would look like absent', () => {
  expect(() => readEnvironment({ ...complete, ABSENCE_GAP_MS: '16000' })).toThrow(/ABSENCE_GAP_MS.*longer/s)
  expect(() => readEnvironment({ ...complete, ABSENCE_GAP_MS: '16001' })).not.toThrow()
})
