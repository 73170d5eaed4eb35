import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AccessDeniedError,
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  streamNameFilter,
} from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendResp, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { all, counted, errorOf, freshStream, numbers, unaryAppend } from '../../contract/store-under-test.ts'
import { type RunningEventStore, startEventStore } from '../server.ts'
import { streamIdentifier, uuidMessage } from './messages.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const fromClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'))
const { Timestamp } = fromClient(
  'google-protobuf/google/protobuf/timestamp_pb.js',
) as typeof import('google-protobuf/google/protobuf/timestamp_pb.js')

let folder: string
let store: RunningEventStore
let client: EventStoreDBClient
let raw: InstanceType<typeof streamsService.StreamsClient>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-refusals-'))
  store = await startEventStore({ file: join(folder, 'log.sqlite') })
  client = EventStoreDBClient.connectionString(store.connectionString)
  raw = new streamsService.StreamsClient(`127.0.0.1:${store.port}`, credentials.createInsecure())
})
afterAll(async () => {
  raw.close()
  await client.dispose()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

describe('what is not spoken here', () => {
  it('is refused: a persistent subscription', async () => {
    const attempt = client.createPersistentSubscriptionToStream(
      'kept',
      'group',
      persistentSubscriptionToStreamSettingsFromDefaults(),
    )
    const error = (await errorOf(attempt)) as { code?: number; type?: string }
    expect(error.code === status.UNIMPLEMENTED || error.type === 'unsupported').toBe(true)
  })
})

describe('a request that makes no sense', () => {
  it('to append to $all is denied', async () => {
    for (const way of [{}, unaryAppend]) {
      expect(await errorOf(client.appendToStream('$all', counted(0), way))).toBeInstanceOf(AccessDeniedError)
    }
  })

  it('to give metadata to metadata is denied', async () => {
    for (const way of [{}, unaryAppend]) {
      const attempt = client.setStreamMetadata('$$kept', { maxCount: 1 }, way)
      expect(await errorOf(attempt)).toBeInstanceOf(AccessDeniedError)
    }
  })

  it.each(['$all', '$$kept'])('to delete %s is denied', async stream => {
    expect(await errorOf(client.deleteStream(stream))).toBeInstanceOf(AccessDeniedError)
    expect(await errorOf(client.tombstoneStream(stream))).toBeInstanceOf(AccessDeniedError)
  })

  it('with a filter that is no expression is refused, and harms nobody else', async () => {
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) })
    const error = await new Promise(resolve => subscription.once('error', resolve))
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT })
    const stream = freshStream()
    await client.appendToStream(stream, counted(1))
    expect(numbers(await all(client.readStream(stream)))).toEqual([1])
  })

  it('without options is refused', async () => {
    const read = raw.read(new streams.ReadReq())
    read.resume()
    expect(await new Promise(resolve => read.once('error', resolve))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    })
    const appended = await new Promise<ServiceError | null>(resolve => {
      raw.append((error: ServiceError | null, _response: AppendResp) => resolve(error)).end()
    })
    expect(appended).toMatchObject({ code: status.INVALID_ARGUMENT })
  })

  it.each([
    ['type', 'content-type'],
    ['content-type', 'type'],
  ])('with an event without %s is refused, naming it', async (missing, present) => {
    const error = await new Promise<ServiceError | null>(resolve => {
      const call = raw.append((failure: ServiceError | null) => resolve(failure))
      const options = new streams.AppendReq.Options()
        .setStreamIdentifier(streamIdentifier('s'))
        .setAny(new shared.Empty())
      call.write(new streams.AppendReq().setOptions(options))
      const message = new streams.AppendReq.ProposedMessage().setId(
        uuidMessage('00000000-0000-4000-8000-000000000000'),
      )
      message.getMetadataMap().set(present, 'x')
      call.write(new streams.AppendReq().setProposedMessage(message))
      call.end()
    })
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT })
    expect(error?.metadata.get('exception')).toEqual(['missing-required-metadata-property'])
    expect(error?.metadata.get('required-metadata-properties')).toEqual([missing])
  })

  it('in one batch is answered in that batch, and the others on the same call go on', async () => {
    const call = raw.batchAppend()
    const answers: BatchAppendResp[] = []
    const ended = new Promise<void>(resolve => call.once('end', resolve))
    call.on('data', (answer: BatchAppendResp) => answers.push(answer))
    const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
    call.write(new streams.BatchAppendReq().setCorrelationId(uuidMessage(ids[0]!)).setIsFinal(true))
    const message = new streams.BatchAppendReq.ProposedMessage()
      .setId(uuidMessage(ids[1]!))
      .setData(Buffer.from('{}'))
    message.getMetadataMap().set('type', 'T')
    message.getMetadataMap().set('content-type', 'application/json')
    call.write(
      new streams.BatchAppendReq()
        .setCorrelationId(uuidMessage(ids[1]!))
        .setOptions(
          new streams.BatchAppendReq.Options()
            .setStreamIdentifier(streamIdentifier('batched'))
            .setAny(new shared.Empty() as never),
        )
        .setProposedMessagesList([message])
        .setIsFinal(true),
    )
    call.end()
    await ended
    const byId = new Map(answers.map(answer => [answer.getCorrelationId()?.getString(), answer]))
    expect(byId.get(ids[0])?.hasError()).toBe(true)
    expect(byId.get(ids[0])?.hasStreamIdentifier()).toBe(true)
    expect(byId.get(ids[1])?.getSuccess()?.getCurrentRevision()).toBe('0')
  })
})

it('a batch whose end does not come is answered at its deadline, once', async () => {
  const call = raw.batchAppend()
  const answers: BatchAppendResp[] = []
  const ended = new Promise<void>(resolve => call.once('end', resolve))
  const answered = new Promise<void>(resolve => {
    call.on('data', (answer: BatchAppendResp) => {
      answers.push(answer)
      resolve()
    })
  })
  const id = '33333333-3333-4333-8333-333333333333'
  const chunk = () => new streams.BatchAppendReq().setCorrelationId(uuidMessage(id))
  const deadline = new Timestamp()
  deadline.fromDate(new Date(Date.now() + 50))
  const options = new streams.BatchAppendReq.Options()
    .setStreamIdentifier(streamIdentifier('unfinished'))
    .setAny(new shared.Empty() as never)
    .setDeadline(deadline)
  call.write(chunk().setOptions(options))
  await answered
  call.write(chunk())
  call.write(chunk().setIsFinal(true))
  call.end()
  await ended
  expect(answers.map(answer => answer.getError()?.getDetails()?.getTypeUrl())).toEqual([
    expect.stringContaining('event_store.client.Timeout'),
  ])
})

describe('names', () => {
  it.each([
    ['with a NUL', 'a\u0000b'],
    ['of a space', ' '],
    ['that look like system ones', '$user-made'],
    ['beyond the basic plane', '🎥'],
    ['that are long', 'x'.repeat(2_000)],
    ['that look like SQL', "'; drop table events; --"],
  ])('%s are kept as they are', async (_case, name) => {
    const stream = `${name}${freshStream('')}`
    await client.appendToStream(stream, counted(0, { type: name }), { expectedRevision: 'no_stream' })
    const [read] = await all(client.readStream(stream))
    expect(read?.event).toMatchObject({ streamId: stream, type: name })
  })
})
