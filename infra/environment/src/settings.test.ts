import { expect, test } from 'vitest'
import { z } from 'zod'
import { EnvironmentError, readSettings } from './read-settings.ts'
import {
  base64Key,
  brokers,
  eventStoreUrl,
  list,
  logLevel,
  milliseconds,
  postgresAddress,
} from './settings.ts'

const schema = z.object({
  ...postgresAddress,
  ESDB_URL: eventStoreUrl,
  MASTER_KEY: base64Key,
  KAFKA_BROKERS: brokers,
  ALLOWED_ORIGINS: list.default([]),
  LEASE_MS: milliseconds(15_000),
  LOG_LEVEL: logLevel,
})

const complete = {
  POSTGRES_HOST: '127.0.0.1',
  POSTGRES_PORT: '5432',
  POSTGRES_DATABASE: 'sightline',
  ESDB_URL: 'esdb+discover://store:2113',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  KAFKA_BROKERS: 'one:9092, two:9092,',
  HOME: '/somewhere',
}

test('what is set is read, and what is not set is as in production', () => {
  expect(readSettings(schema, complete)).toEqual({
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: 5432,
    POSTGRES_DATABASE: 'sightline',
    ESDB_URL: 'esdb+discover://store:2113',
    MASTER_KEY: complete.MASTER_KEY,
    KAFKA_BROKERS: ['one:9092', 'two:9092'],
    ALLOWED_ORIGINS: [],
    LEASE_MS: 15_000,
    LOG_LEVEL: 'info',
  })
})

test('every fault is told at once, and no value', () => {
  const faulty = {
    ...complete,
    POSTGRES_HOST: undefined,
    POSTGRES_PORT: '70000',
    ESDB_URL: 'http://planted',
    MASTER_KEY: 'cGxhbnRlZA==',
    KAFKA_BROKERS: ' , ',
    LEASE_MS: '-1',
    LOG_LEVEL: 'planted',
  }
  let message = ''
  try {
    readSettings(schema, faulty)
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError)
    message = String(error)
  }
  const { POSTGRES_DATABASE: _, HOME: __, ...names } = faulty
  for (const name of Object.keys(names)) expect(message).toContain(name)
  expect(message).not.toMatch(/planted|cGxhbnRlZA|70000/)
})
