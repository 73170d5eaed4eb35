import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import { expect, test } from 'vitest'
import { useSharedStack } from './test-stack.ts'

const { createDatabase, kafkaBrokers, topicPrefix, startEventStore } = await useSharedStack()

test('each call makes a database of its own', async () => {
  const [one, two] = [await createDatabase(), await createDatabase()]
  for (const { ownerUrl, connection } of [one, two]) {
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    expect(rows).toEqual([{ name: connection.database }])
    await client.query('create table things (id int primary key)')
    await client.end()
  }
})

test('topics under the prefix can be made and written', async () => {
  const kafka = new Kafka({ brokers: kafkaBrokers, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const topic = `${topicPrefix}things`
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true })
  expect(await admin.listTopics()).toContain(topic)
  await admin.disconnect()
})

test('an event store of the file can be killed and comes back on its port', async () => {
  const store = await startEventStore()
  await store.process.kill()
  await store.process.restart()
  expect(store.connectionString).toContain(`127.0.0.1:${store.process.ready}`)
})
