import { createLogger } from '@sightline/logging/logging'
import { createGraphqlClient } from '@sightline/schema/client'
import { connectKafka } from '@sightline/topics/connection'
import { createFramePublisher } from '@sightline/topics/publish-frames'
import { topicNames } from '@sightline/topics/topics'
import { controlClient } from './assignments/control-client.ts'
import { readEnvironment } from './environment.ts'
import { createMediaNode } from './media-node.ts'

const { apiUrl, token, brokers, topicPrefix, clientId, logLevel, settings } = readEnvironment()
const logger = createLogger({ name: 'media-node', level: logLevel })
const graphql = createGraphqlClient({ url: apiUrl, token: async () => token, logger })
const kafka = connectKafka({ brokers, clientId, logger })
const publisher = createFramePublisher({ kafka, topic: topicNames(topicPrefix).frames })
const node = createMediaNode({ client: controlClient(graphql), publisher, settings, logger })

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
if (!stopping) logger.info({ nodeId: settings.nodeId }, 'started')
