import { once } from 'node:events'
import { connect } from 'node:net'
import { createDatabase as openDatabase } from '@sightline/database/database'
import { createLogger } from '@sightline/logging/logging'
import { connectKafka } from '@sightline/topics/connection'
import { ensureTopics } from '@sightline/topics/topics'
import { expect, test } from 'vitest'
import { useSharedStack } from './test-stack.ts'

const { createDatabase, kafkaBrokers, topicPrefix, startEventStore } = await useSharedStack()
const logger = createLogger({ name: 'test', level: 'silent' })

test('each call makes a migrated database of its own, which the roles can sign in to', async () => {
  for (const { connection, passwords } of [
    await createDatabase({ migrated: true }),
    await createDatabase({ migrated: true }),
  ]) {
    const database = openDatabase({ connection, roles: passwords, logger })
    const rows = await database.inOps('ops_api', null, sql =>
      sql<{ name: string }>('/* databaseName */ select current_database() as name'),
    )
    expect(rows).toEqual([{ name: connection.database }])
    await database.close()
  }
})

test('topics under the prefix can be made', async () => {
  const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test', logger })
  const names = await ensureTopics(kafka, { prefix: topicPrefix, partitions: 2 })
  expect(names.frames).toMatch(topicPrefix)
})

test('an event store of the file can be killed and comes back on its port', async () => {
  const store = await startEventStore()
  const { hostname, port } = new URL(store.connectionString)
  const answers = async () => {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.destroy()
  }
  await answers()
  await store.kill()
  await expect(answers()).rejects.toThrow('ECONNREFUSED')
  await store.restart()
  await answers()
})
