import { streamName } from '@sightline/contracts/stream-names'
import {
  AddPersonPictureDocument,
  CreateSiteDocument,
  CreateTenantDocument,
  EnrolPersonDocument,
  HeartbeatDocument,
  PairAgentDocument,
  RegisterCameraDocument,
  StartStreamDocument,
  StopStreamDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { idOf, type TestPerson, useTestApi } from './test-api.ts'

const api = await useTestApi()
const refused = (code: string) => ({ __typename: 'Rejection', code })

const createSite = async (by: TestPerson, input: { siteId?: string; name: string; commandId?: string }) =>
  (await api.send(by.token, CreateSiteDocument, { input })).createSite
const registerCamera = async (
  by: TestPerson,
  input: { siteId: string; cameraId?: string; address?: string; framesPerSecond?: number },
) =>
  (
    await api.send(by.token, RegisterCameraDocument, {
      input: { name: 'Entrance', address: 'rtsp://camera.example/live', ...input },
    })
  ).registerCamera
const startStream = async (
  by: TestPerson,
  input: { cameraId: string; streamId?: string; commandId?: string },
) => (await api.send(by.token, StartStreamDocument, { input })).startStream
const stopStream = async (
  by: TestPerson,
  input: { cameraId: string; streamId: string; commandId?: string },
) => (await api.send(by.token, StopStreamDocument, { input })).stopStream
const enrolPerson = async (by: TestPerson, input: { personId?: string; name: string }) =>
  (await api.send(by.token, EnrolPersonDocument, { input })).enrolPerson

describe('a repeated command', () => {
  test('with its command id is answered as before, and nothing happens', async () => {
    const person = await api.person()
    const input = { name: 'North gate', commandId: v7() }
    const first = await createSite(person, input)
    const second = await createSite(person, input)
    expect(idOf(second)).toBe(idOf(first))
    expect(await api.eventTypes('site', person.tenantId, idOf(first))).toEqual(['SiteCreated'])
  })

  test('of the same content under the same id changes nothing', async () => {
    const person = await api.person()
    const [siteId, cameraId, personId] = [v7(), v7(), v7()]
    const address = 'rtsp://user:secret@camera.example/live'
    for (let time = 0; time < 2; time++) {
      idOf(await createSite(person, { siteId, name: 'North gate' }))
      idOf(await registerCamera(person, { siteId, cameraId, address }))
      idOf(await enrolPerson(person, { personId, name: 'Ada Lovelace' }))
    }
    expect(await api.eventTypes('site', person.tenantId, siteId)).toEqual(['SiteCreated'])
    expect(await api.eventTypes('camera', person.tenantId, cameraId)).toEqual(['CameraRegistered'])
    expect(await api.eventTypes('person', person.tenantId, personId)).toEqual(['PersonEnrolled'])
  })

  test('of other content under the same id is refused', async () => {
    const person = await api.person()
    const [siteId, cameraId, personId] = [v7(), v7(), v7()]
    idOf(await createSite(person, { siteId, name: 'North gate' }))
    expect(await createSite(person, { siteId, name: 'South gate' })).toMatchObject(refused('ID_IN_USE'))
    idOf(await registerCamera(person, { siteId, cameraId }))
    const moved = await registerCamera(person, { siteId, cameraId, address: 'rtsp://other.example/live' })
    expect(moved).toMatchObject(refused('ID_IN_USE'))
    idOf(await enrolPerson(person, { personId, name: 'Ada Lovelace' }))
    expect(await enrolPerson(person, { personId, name: 'Grace Hopper' })).toMatchObject(refused('ID_IN_USE'))
  })

  test('that stops a session can not stop a newer one', async () => {
    const person = await api.person()
    const cameraId = await api.registerCamera(person, await api.createSite(person))
    const streamId = await api.startStream(person, cameraId)
    const stop = { cameraId, streamId, commandId: v7() }
    const stopped = await stopStream(person, stop)
    const newer = await api.startStream(person, cameraId)
    expect(idOf(await stopStream(person, stop))).toBe(idOf(stopped))
    expect(idOf(await stopStream(person, { cameraId, streamId }))).toBe(streamId)
    expect(await startStream(person, { cameraId })).toMatchObject(refused('ALREADY_STARTED'))
    expect(idOf(await startStream(person, { cameraId, streamId: newer }))).toBe(newer)
    expect(await api.eventTypes('camera', person.tenantId, cameraId)).toEqual([
      'CameraRegistered',
      'StreamStarted',
      'StreamStopped',
      'StreamStarted',
    ])
  })
})

describe('two starts at once', () => {
  test('make one session', async () => {
    const person = await api.person()
    const cameraId = await api.registerCamera(person, await api.createSite(person))
    const answers = await Promise.all(Array.from({ length: 6 }, () => startStream(person, { cameraId })))
    expect(answers.filter(answer => answer.__typename === 'CommandAccepted')).toHaveLength(1)
    expect(await api.eventTypes('camera', person.tenantId, cameraId)).toEqual([
      'CameraRegistered',
      'StreamStarted',
    ])
  })
})

describe("another tenant's ids", () => {
  test('are simply absent, in every command of a person', async () => {
    const owner = await api.person()
    const stranger = await api.person()
    const siteId = await api.createSite(owner)
    const cameraId = await api.registerCamera(owner, siteId)
    const streamId = await api.startStream(owner, cameraId)
    const personId = await api.enrolPerson(owner)

    const strange = {
      registerCamera: await registerCamera(stranger, { siteId }),
      startStream: await startStream(stranger, { cameraId }),
      stopStream: await stopStream(stranger, { cameraId, streamId }),
      addPersonPicture: (
        await api.send(stranger.token, AddPersonPictureDocument, { input: { personId, pictureId: v7() } })
      ).addPersonPicture,
    }
    const absent = {
      registerCamera: await registerCamera(stranger, { siteId: v7() }),
      startStream: await startStream(stranger, { cameraId: v7() }),
      stopStream: await stopStream(stranger, { cameraId: v7(), streamId: v7() }),
      addPersonPicture: (
        await api.send(stranger.token, AddPersonPictureDocument, {
          input: { personId: v7(), pictureId: v7() },
        })
      ).addPersonPicture,
    }
    expect(strange).toEqual(absent)
    for (const answer of Object.values(strange)) expect(answer).toMatchObject(refused('NOT_FOUND'))
    expect(await api.eventTypes('camera', owner.tenantId, cameraId)).toEqual([
      'CameraRegistered',
      'StreamStarted',
    ])
    for (const category of ['site', 'camera', 'stream', 'person'] as const) {
      for (const id of [siteId, cameraId, streamId, personId]) {
        expect(await api.eventTypes(category, stranger.tenantId, id)).toEqual([])
      }
    }
  })

  test('can be used to create: it makes two things', async () => {
    const [one, other] = [await api.person(), await api.person()]
    const [siteId, cameraId, personId] = [v7(), v7(), v7()]
    for (const [person, name] of [
      [one, 'Ada Lovelace'],
      [other, 'Grace Hopper'],
    ] as const) {
      idOf(await createSite(person, { siteId, name: `Site of ${name}` }))
      idOf(await registerCamera(person, { siteId, cameraId }))
      idOf(await enrolPerson(person, { personId, name }))
      const [enrolled] = await api.eventLog.readStream(streamName('person', person.tenantId, personId))
      expect(enrolled).toMatchObject({ data: { name } })
    }
  })

  test('in an agent are those of its own token', async () => {
    const owner = await api.person()
    const agent = await api.pairedAgent(owner, await api.createSite(owner))
    const { tenantId } = owner
    await api.heartbeat(agent.token, 'ONLINE')
    const events = await api.eventLog.readStream(streamName('agent', tenantId, agent.agentId))
    expect(events.at(-1)).toMatchObject({
      type: 'AgentStatusChanged',
      metadata: { tenantId, actor: { principal: 'agent', id: agent.agentId, sessionId: null } },
    })
  })
})

describe('who may command', () => {
  test('is told by the kind of their token', async () => {
    const person = await api.person()
    const node = await api.mediaNode()
    const system = await api.identity.system()
    const denied = (send: Promise<unknown>) => expect(send).rejects.toThrow(/FORBIDDEN|UNAUTHENTICATED/)
    const input = { name: 'Harbour' }
    await denied(api.send(undefined, CreateTenantDocument, { input }))
    await denied(api.send(person.token, CreateTenantDocument, { input }))
    for (const token of [undefined, system, node.token]) {
      await denied(api.send(token, CreateSiteDocument, { input }))
      await denied(api.send(token, EnrolPersonDocument, { input }))
      await denied(api.send(token, StartStreamDocument, { input: { cameraId: v7() } }))
      await denied(api.send(token, StopStreamDocument, { input: { cameraId: v7(), streamId: v7() } }))
      await denied(api.send(token, PairAgentDocument, { input: { code: '123456', siteId: v7() } }))
      await denied(api.send(token, HeartbeatDocument, { input: { status: 'ONLINE' } }))
    }
    await denied(api.send(person.token, HeartbeatDocument, { input: { status: 'ONLINE' } }))
    expect(await api.createTenant()).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('bad input', () => {
  test.each([
    ['http://camera.example/live'],
    ["rtsp://camera.example/live\nfile '/etc/passwd'"],
    ['rtsp://'],
  ])('the address %j is refused', async address => {
    const person = await api.person()
    const siteId = await api.createSite(person)
    expect(await registerCamera(person, { siteId, address })).toMatchObject(refused('ADDRESS_NOT_ACCEPTED'))
  })

  test('names and rates out of bounds are named in the error', async () => {
    const person = await api.person()
    const siteId = await api.createSite(person)
    await expect(createSite(person, { name: '  ' })).rejects.toThrow(/BAD_USER_INPUT/)
    await expect(createSite(person, { name: 'x'.repeat(121) })).rejects.toThrow(/BAD_USER_INPUT/)
    await expect(registerCamera(person, { siteId, framesPerSecond: 11 })).rejects.toThrow(/BAD_USER_INPUT/)
  })
})

test("a camera's address and a person's name are ciphertext in the log", async () => {
  const person = await api.person()
  const cameraId = await api.registerCamera(person, await api.createSite(person))
  const [registered] = await api.eventLog.readStream(streamName('camera', person.tenantId, cameraId))
  if (registered?.type !== 'CameraRegistered') throw new Error('no camera')
  expect(Object.keys(registered.data.address).sort()).toEqual([
    'data',
    'field',
    'iv',
    'keyId',
    'stream',
    'tag',
  ])
  expect(JSON.stringify(registered.data)).not.toMatch(/secret|rtsp/)
})
