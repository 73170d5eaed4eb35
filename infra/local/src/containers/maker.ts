import { randomBytes } from 'node:crypto'
import { Wait } from 'testcontainers'
import { brokerSettings, kafkaReadyLine } from '../kafka.ts'
import type { Maker } from '../part.ts'
import { clusterOptions, postgresAddress, postgresSettings } from '../postgres.ts'
import { imageOf } from './images.ts'
import { startPartContainer } from './part-container.ts'

/** Milliseconds until a container that isn't ready counts as failed. */
const readyWithin = 120_000

/** Makes each part a container of Docker, of the images that production runs. */
export const containerMaker: Maker = {
  async postgres(options) {
    const password = randomBytes(18).toString('base64url')
    const settings = { ...postgresSettings, ...options.settings }
    const { address, control } = await startPartContainer(
      {
        name: 'postgres',
        image: imageOf('postgres'),
        port: 5432,
        settings: () => ({
          environment: { POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: clusterOptions.join(' ') },
          command: [
            'postgres',
            ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
          ],
        }),
        // While the image sets its cluster up, the server doesn't listen on any network.
        ready: Wait.forSuccessfulCommand('pg_isready -h 127.0.0.1 -U postgres').withStartupTimeout(
          readyWithin,
        ),
        dataFolder: '/var/lib/postgresql',
      },
      options,
    )
    return { address: postgresAddress({ ...address, password }), control }
  },

  async kafka(options) {
    const dataFolder = '/var/lib/kafka/data'
    const { address, control } = await startPartContainer(
      {
        name: 'kafka',
        image: imageOf('kafka'),
        port: 9092,
        settings: ({ host, port }) => ({
          environment: {
            ...asVariables({
              ...brokerSettings,
              'controller.quorum.voters': '1@localhost:9093',
              // The node reaches itself in its container, clients by the port outside.
              'inter.broker.listener.name': 'BROKER',
              'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
              listeners: 'PLAINTEXT://:9092,BROKER://localhost:9094,CONTROLLER://localhost:9093',
              'advertised.listeners': `PLAINTEXT://${host}:${port},BROKER://localhost:9094`,
              'log.dirs': dataFolder,
            }),
            KAFKA_HEAP_OPTS: '-Xms64m -Xmx256m',
          },
        }),
        ready: Wait.forLogMessage(kafkaReadyLine).withStartupTimeout(readyWithin),
        dataFolder,
      },
      options,
    )
    return { address: { brokers: [`${address.host}:${address.port}`] }, control }
  },

  async eventStore(options) {
    const { address, control } = await startPartContainer(
      {
        name: 'event store',
        image: imageOf('eventStore'),
        port: 2113,
        settings: ({ host, port }) => ({
          environment: {
            EVENTSTORE_INSECURE: 'true',
            EVENTSTORE_CLUSTER_SIZE: '1',
            EVENTSTORE_RUN_PROJECTIONS: 'None',
            EVENTSTORE_START_STANDARD_PROJECTIONS: 'false',
            EVENTSTORE_TELEMETRY_OPTOUT: 'true',
            // What gossip tells clients, who are outside.
            EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS: host,
            EVENTSTORE_ADVERTISE_NODE_PORT_TO_CLIENT_AS: String(port),
          },
        }),
        ready: Wait.forHealthCheck().withStartupTimeout(readyWithin),
        dataFolder: '/var/lib/eventstore',
      },
      options,
    )
    return { address: { connectionString: `esdb://${address.host}:${address.port}?tls=false` }, control }
  },
}

/** Settings of Kafka as the variables that its image makes a file of: `log.dirs` is `KAFKA_LOG_DIRS`. */
function asVariables(settings: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  const variable = (key: string) => `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [variable(key), String(value)]))
}
