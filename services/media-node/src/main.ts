import { createLogger } from '@sightline/logging/logging'
import { createGraphqlClient } from '@sightline/schema/client'
import { connectKafka } from '@sightline/topics/connection'
import { createFramePublisher } from '@sightline/topics/publish-frames'
import { topicNames } from '@sightline/topics/topics'
import { GivenUpError } from '@sightline/waiting/persistently'
import { controlClient } from './assignments/control-client.ts'
import { identify } from './credential.ts'
import { readEnvironment } from './environment.ts'
import { createMediaNode } from './media-node.ts'

const { apiUrl, tls, credential, brokers, topicPrefix, clientId, logLevel, settings } = readEnvironment()
const logger = createLogger({ name: 'media-node', level: logLevel })
const starting = new AbortController()
const stopStarting = () => starting.abort()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stopStarting)
const identity = await identify(credential, { apiUrl, tls, signal: starting.signal, logger }).catch(error => {
  if (error instanceof GivenUpError) process.exit(0)
  throw error
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stopStarting)
const graphql = createGraphqlClient({ url: apiUrl, token: identity.token, tls, logger })
const kafka = connectKafka({ brokers, clientId, logger })
const publisher = createFramePublisher({ kafka, topic: topicNames(topicPrefix).frames })
const node = createMediaNode({
  client: controlClient(graphql),
  publisher,
  settings: { ...settings, nodeId: identity.nodeId },
  logger,
})

let stopping = false
async function stop(): Promise<void> {
  stopping = true
  await node.close()
  await publisher.close()
  graphql.close()
  logger.info('stopped')
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

await node.start()
if (!stopping) logger.info({ nodeId: identity.nodeId }, 'started')
