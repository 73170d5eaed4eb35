import { randomUUID } from 'node:crypto'
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import serverFeaturesService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js'
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { type handleUnaryCall, Server, type UntypedHandleCall } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { WakeUps } from '../subscriptions/wake-ups.ts'
import { createAppendHandler } from './append.ts'
import { createBatchAppendHandler } from './batch-append.ts'
import { coalesceMessages } from './coalescing.ts'
import { createDeleteHandler, createTombstoneHandler } from './deletion.ts'
import { uuidMessage } from './messages.ts'
import { createReadHandler } from './read.ts'

/** The version of EventStoreDB whose protocol this is. */
const speaksVersion = '23.10.0'
/** EventStoreDB's default. */
const defaultMaximumAppendSize = 1024 * 1024
/** More than the largest chunk a client sends, and than an event that is then refused for its size. */
const maximumMessageSize = 32 * 1024 * 1024

/** What is advertised is what is implemented; every other method answers UNIMPLEMENTED. */
const advertised = [
  { service: 'event_store.client.streams.Streams', method: 'read', features: ['position', 'events'] },
  { service: 'event_store.client.streams.Streams', method: 'append', features: [] },
  { service: 'event_store.client.streams.Streams', method: 'batchappend', features: [] },
  { service: 'event_store.client.streams.Streams', method: 'delete', features: [] },
  { service: 'event_store.client.streams.Streams', method: 'tombstone', features: [] },
  { service: 'event_store.client.gossip.Gossip', method: 'read', features: [] },
  {
    service: 'event_store.client.server_features.ServerFeatures',
    method: 'getsupportedmethods',
    features: [],
  },
]

/** Reads write their answers themselves. */
const streamsDefinition = {
  ...streamsService.StreamsService,
  read: {
    ...streamsService.StreamsService.read,
    responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  },
}

/** The gRPC services over a log. `endCalls` ends the calls without an end of their own, for a server that stops. */
export type EventStoreService = { server: Server; endCalls(): void }

/**
 * @param endpoint - the address that gossip names; asked when gossip is, so that a free port is known by then
 * @param maximumAppendSize - bytes of one append's events
 */
export function createEventStoreService({
  log,
  wakeUps,
  endpoint,
  maximumAppendSize = defaultMaximumAppendSize,
}: {
  log: EventLog
  wakeUps: WakeUps
  endpoint: () => { address: string; port: number }
  maximumAppendSize?: number
}): EventStoreService {
  const server = new Server({
    'grpc.max_receive_message_length': maximumMessageSize,
    interceptors: [coalesceMessages],
  })
  const reads = createReadHandler(log, wakeUps)
  const batches = createBatchAppendHandler(log, maximumAppendSize)
  const instanceId = randomUUID()

  server.addService(streamsDefinition, {
    read: reads.read as UntypedHandleCall,
    append: createAppendHandler(log, maximumAppendSize) as UntypedHandleCall,
    batchAppend: batches.batchAppend as UntypedHandleCall,
    delete: createDeleteHandler(log) as UntypedHandleCall,
    tombstone: createTombstoneHandler(log) as UntypedHandleCall,
  })
  server.addService(serverFeaturesService.ServerFeaturesService, {
    getSupportedMethods: ((_call, answer) => answer(null, supportedMethods())) satisfies handleUnaryCall<
      Empty,
      SupportedMethods
    >,
  })
  server.addService(gossipService.GossipService, {
    read: ((_call, answer) => answer(null, clusterInfo(instanceId, endpoint()))) satisfies handleUnaryCall<
      Empty,
      ClusterInfo
    >,
  })

  return {
    server,
    endCalls() {
      reads.endAll()
      batches.endAll()
    },
  }
}

function supportedMethods(): SupportedMethods {
  return new serverFeatures.SupportedMethods()
    .setEventStoreServerVersion(speaksVersion)
    .setMethodsList(
      advertised.map(({ service, method, features }) =>
        new serverFeatures.SupportedMethod()
          .setServiceName(service)
          .setMethodName(method)
          .setFeaturesList(features),
      ),
    )
}

/** A cluster of one, which leads. */
function clusterInfo(instanceId: string, { address, port }: { address: string; port: number }): ClusterInfo {
  const member = new gossip.MemberInfo()
    .setInstanceId(uuidMessage(instanceId))
    .setTimeStamp(`${Date.now()}0000`)
    .setState(gossip.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(address).setPort(port))
  return new gossip.ClusterInfo().setMembersList([member])
}
