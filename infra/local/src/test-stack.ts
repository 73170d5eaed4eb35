import { randomBytes } from 'node:crypto'
import { migrate } from '@sightline/database/migrate'
import type { RolePasswords } from '@sightline/database/roles'
import { afterAll, inject } from 'vitest'
import type { SharedKafka, SharedPostgres } from './shared-stack.ts'
import { type Stack, startStack } from './stack.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** A database of a test file's own in the run's shared PostgreSQL. */
export type TestDatabase = {
  /** Where it is, in the shape that `createDatabase` of `@sightline/database` takes. */
  connection: { host: string; port: number; database: string }
  /** The superuser's address of this database. */
  ownerUrl: string
  passwords: RolePasswords
}

type Shared = {
  postgres: {
    /** The superuser's address of the shared PostgreSQL. */
    postgresAdminUrl: string
    /** Makes a database of this file's own, dropped after the file; empty unless it is to be migrated. */
    createDatabase(options?: { migrated?: boolean }): Promise<TestDatabase>
  }
  kafka: {
    kafkaBrokers: string[]
    /** Begins the name of every topic and consumer group of this file; they are deleted after the file. */
    topicPrefix: string
  }
}

/** What a test file gets: what it asked for, and event stores of its own. */
export type TestStack<Name extends keyof Shared> = ('postgres' extends Name ? Shared['postgres'] : unknown) &
  ('kafka' extends Name ? Shared['kafka'] : unknown) & {
    /** Starts an event store of this file's own, stopped after the file. It can be killed and restarted. */
    startEventStore(): Promise<Stack<'eventStore'>['eventStore']>
    /** A temporary folder of this file's own, removed after the file. */
    folder: string
  }

/**
 * The door of `.stack` tests to the parts that all files of a run share. To be called at the top of a test file:
 *
 *     const { createDatabase, startEventStore } = await useSharedStack('postgres')
 *
 * A part is started when the first file of the run asks for it. Without names the file gets both.
 */
export async function useSharedStack<Name extends keyof Shared = keyof Shared>(
  ...names: Name[]
): Promise<TestStack<Name>> {
  const wanted: readonly (keyof Shared)[] = names.length > 0 ? names : ['postgres', 'kafka']
  const temporary = await makeTemporaryFolder('test')
  const cleanUps: (() => Promise<unknown>)[] = [() => temporary.remove()]
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })
  const parts = await Promise.all(
    wanted.map(name => (name === 'postgres' ? usePostgres(cleanUps) : useKafka(cleanUps))),
  )
  const own: TestStack<never> = {
    folder: temporary.path,
    async startEventStore() {
      const stack = await startStack({ parts: ['eventStore'] })
      cleanUps.push(() => stack.close())
      return stack.eventStore
    },
  }
  return Object.assign(own, ...parts) as TestStack<Name>
}

async function usePostgres(cleanUps: (() => Promise<unknown>)[]): Promise<Shared['postgres']> {
  const { host, port, adminUrl, passwords } = (await ask('GET', 'postgres')) as SharedPostgres
  return {
    postgresAdminUrl: adminUrl,
    async createDatabase({ migrated = false } = {}) {
      const database = `test_${randomBytes(6).toString('hex')}`
      await ask('POST', `databases/${database}`)
      cleanUps.push(() => ask('DELETE', `databases/${database}`))
      const ownerUrl = adminUrl.replace(/postgres$/, database)
      if (migrated) await migrate(ownerUrl)
      return { connection: { host, port, database }, ownerUrl, passwords }
    },
  }
}

async function useKafka(cleanUps: (() => Promise<unknown>)[]): Promise<Shared['kafka']> {
  const { brokers } = (await ask('GET', 'kafka')) as SharedKafka
  const topicPrefix = `test-${randomBytes(6).toString('hex')}.`
  cleanUps.push(() => ask('DELETE', `topics/${topicPrefix}`))
  return { kafkaBrokers: brokers, topicPrefix }
}

async function ask(method: string, path: string): Promise<unknown> {
  const response = await fetch(`${inject('sharedStack')}/${path}`, { method })
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(`the shared stack: ${body}`)
  return body
}
