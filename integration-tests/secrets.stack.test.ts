import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import { openSealed } from '@sightline/event-log/sealed'
import { createLogger } from '@sightline/logging/logging'
import { GraphqlRequestError } from '@sightline/schema/client'
import {
  AddMemberDocument,
  CamerasChangedDocument,
  EnrolPersonDocument,
  RegisterCameraDocument,
  SightingsDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import {
  accepted,
  createTenant,
  demoPeople,
  enrol,
  type LiveCamera,
  startLiveCamera,
  type Tenant,
} from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { openLog, wholeLog } from '@sightline/testing/whole-log'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  bytesOf,
  type CommandLines,
  filesBelow,
  findInFiles,
  type Needle,
  needlesOfBytes,
  needlesOfText,
  needlesOfVector,
  watchCommandLines,
} from './src/search.ts'
import { shortTimings } from './src/short-timings.ts'

const personName = 'Wilhelmina Quastenflosser'
const memberAddress = 'wilhelmina@quastenflosser.example'
const tenantName = 'Zwetschgendatschi and sons'
const wrongPassword = `wrong-${randomUUID()}`
const deaths: string[] = []
const cameras: LiveCamera[] = []
let system: System
let tenant: Tenant
let log: EventLog
let commandLines: CommandLines
let needles: Needle[]

const passwordOf = (address: string) =>
  decodeURIComponent(new URL(address.replace('rtsp:', 'http:')).password)

/** Opens the vectors of the log with the keys that recognition has. */
async function vectorsOfTheLog(): Promise<Map<string, Float32Array>> {
  const environment = system.environmentOf('recognition')
  const logger = createLogger({ name: 'key holder', level: 'silent' })
  const database = createDatabase({
    connection: {
      host: environment.POSTGRES_HOST!,
      port: Number(environment.POSTGRES_PORT),
      database: environment.POSTGRES_DATABASE!,
    },
    roles: { ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS! },
    logger,
  })
  try {
    const dataKeys = createDataKeys({ database, masterKey: createMasterKey(environment.MASTER_KEY!) })
    const vectors = new Map<string, Float32Array>()
    for (const event of await wholeLog(log)) {
      const sealed =
        event.type === 'PictureAccepted'
          ? event.data.vector
          : event.type === 'SightingOpened'
            ? event.data.template
            : undefined
      if (!sealed) continue
      const bytes = await openSealed(dataKeys, tenant.tenantId, sealed)
      if (bytes === 'erased') throw new Error(`the key of ${event.type} is gone`)
      vectors.set(
        `the vector of ${event.type} ${event.stream}`,
        new Float32Array(Uint8Array.from(bytes).buffer),
      )
    }
    return vectors
  } finally {
    await database.close()
  }
}

/** A camera whose password is wrong, and one that isn't there: both are told about in reports and logs. */
async function registerTroubledCameras(): Promise<void> {
  const { client, siteId } = tenant
  const { camera } = cameras[0]!
  const address = camera.addressWithoutCredentials
  for (const [name, tried] of [
    ['Wrong password', address.replace('rtsp://', `rtsp://viewer:${wrongPassword}@`)],
    ['Nobody there', `rtsp://viewer:${wrongPassword}@127.0.0.1:9/live`],
  ] as const) {
    const input = { siteId, name, address: tried }
    const { id } = accepted((await client.request(RegisterCameraDocument, { input })).registerCamera)
    accepted((await client.request(StartStreamDocument, { input: { cameraId: id } })).startStream)
  }
}

/** Lets a command with a name fail as loudly as it can. */
async function enrolWithoutStores(name: string): Promise<void> {
  const enrolling = () => tenant.client.request(EnrolPersonDocument, { input: { name } })
  await system.stack.postgres.kill()
  await expect(enrolling()).rejects.toBeInstanceOf(GraphqlRequestError)
  await system.stack.postgres.restart()
  await system.stack.eventStore.kill()
  const late = enrolling()
  await wait(500)
  await system.stack.eventStore.restart()
  accepted((await late).enrolPerson)
  // Faults of the operation itself.
  const asked = (query: string) =>
    fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant.token}` },
      body: JSON.stringify({ query }),
    })
  for (const query of [
    `mutation { enrolPerson(input: { name: "${name}" }) { nothing } }`,
    `mutation { enrolPerson(input: { name: "${name}" `,
    `{ people(after: "${name}") { edges { cursor } } }`,
    `mutation { addMember(input: { email: "${memberAddress}", role: VIEWER, everywhere: true }) { nothing } }`,
  ]) {
    expect((await asked(query)).ok).toBe(false)
  }
}

beforeAll(async () => {
  commandLines = watchCommandLines()
  system = await startSystem({
    settings: { ...shortTimings, api: { ...shortTimings.api, LOG_LEVEL: 'debug' } },
    onDied: ({ name, endOfLog }) => deaths.push(`${name}: ${endOfLog}`),
  })
  tenant = await createTenant(system, tenantName)
  log = await openLog(system)
  const member = { email: memberAddress, role: 'VIEWER', everywhere: false } as const
  accepted((await tenant.client.request(AddMemberDocument, { input: member })).addMember)
  await enrol(system, tenant, personName, demoPeople()[0]!.files)
  cameras.push(await startLiveCamera(tenant, { name: 'Entrance', film: 'franck' }))
  cameras.push(await startLiveCamera(tenant, { name: 'Yard', film: 'cap12' }))
  await registerTroubledCameras()
  const sightings = watch(tenant.client, SightingsDocument, {}, data => data.sightings)
  await sightings.until(
    'somebody known and somebody unknown',
    rows =>
      cameras.every(({ cameraId }) => rows.some(row => row.camera?.id === cameraId)) &&
      rows.some(row => row.person?.name === personName),
  )
  sightings.close()
  const states = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  await states.until('a camera that failed and one that is tried again', rows =>
    ['FAILED', 'RECONNECTING'].every(status => rows.some(row => row.stream?.status === status)),
  )
  await enrolWithoutStores(personName)
  // Everything is said once more by processes that end and begin.
  for (const service of ['media-node', 'recognition'] as const) await system.process(service).restart()
  await states.until(
    'the cameras live again',
    rows => rows.filter(row => row.stream?.status === 'LIVE').length === 2,
  )
  states.close()

  expect(deaths).toEqual([])
  const vectors = await vectorsOfTheLog()
  expect(vectors.size).toBeGreaterThanOrEqual(5)
  const passwords = [...cameras.map(({ camera }) => passwordOf(camera.address)), wrongPassword]
  const { MASTER_KEY, SERVER_SECRET, MACHINE_SIGNING_KEY, ...api } = system.environmentOf('api')
  needles = [
    ...needlesOfText('the name', personName),
    // A part of it is as telling.
    ...needlesOfText('the family name', 'Quastenflosser'),
    ...needlesOfText("a member's address", memberAddress),
    ...passwords.flatMap((password, index) => needlesOfText(`password ${index}`, password)),
    ...[...vectors].flatMap(([what, vector]) => needlesOfVector(what, vector)),
    ...needlesOfBytes('the master key', Buffer.from(MASTER_KEY!, 'base64')),
    ...needlesOfBytes('the server secret', Buffer.from(SERVER_SECRET!, 'base64')),
    ...needlesOfText('the signing key', MACHINE_SIGNING_KEY!.replaceAll('\\n', '\n').split('\n')[3]!),
    ...needlesOfText("a person's token", tenant.token.split('.')[2]!),
    ...needlesOfText("the node's key", system.environmentOf('media-node').API_KEY!.split('_').at(-1)!),
    ...Object.entries(api)
      .filter(([key]) => key.startsWith('POSTGRES_PASSWORD'))
      .flatMap(([key, value]) => needlesOfText(key, value)),
  ]
})

afterAll(async () => {
  if (deaths.length) console.error(deaths)
  commandLines?.stop()
  await log?.close()
  for (const camera of cameras) await camera[Symbol.asyncDispose]()
  await system?.close()
})

/** Where to look, with a text that anybody may read and that must be found there. */
const places = async () => {
  const { stack } = system
  return {
    "the event store's files": { files: filesBelow(await stack.eventStore.files()), there: tenantName },
    "Kafka's folder": { files: filesBelow(await stack.kafka.files()), there: cameras[0]!.cameraId },
    objects: { files: filesBelow(system.objectsFolder), there: tenant.tenantId },
    logs: {
      files: [...filesBelow(stack.logs), ...cameras.map(({ camera }) => camera.logFile)],
      there: '"msg":"started"',
    },
  }
}

test.each(["the event store's files", "Kafka's folder", 'objects', 'logs'] as const)(
  'no name, address, password, vector or key is in %s',
  async name => {
    const { files, there } = (await places())[name]
    expect(findInFiles(files, [{ what: 'there', bytes: Buffer.from(there) }])).not.toEqual([])
    expect(bytesOf(files)).toBeGreaterThan(10_000)
    expect(findInFiles(files, needles)).toEqual([])
  },
)

test('every service and every store has told its log something', async () => {
  const { files } = (await places()).logs
  for (const name of ['api', 'projector', 'media-node', 'recognition', 'postgres', 'kafka', 'eventStore'])
    expect(bytesOf(files.filter(file => file.endsWith(`/${name}.log`))), name).toBeGreaterThan(0)
})

test('no name, address, password, vector or key is in a command line', () => {
  const seen = [...commandLines.seen]
  for (const program of ['services/media-node/src/main.ts', 'ffmpeg', 'ffprobe', 'mediasoup-worker'])
    expect(
      seen.filter(line => line.includes(program)),
      program,
    ).not.toEqual([])
  const found = needles.filter(({ bytes }) => seen.some(line => line.includes(bytes.toString('latin1'))))
  expect(found.map(({ what }) => what)).toEqual([])
})

test('the search finds what is there, however it was written', () => {
  const folder = join(system.stack.folder, 'control')
  mkdirSync(folder)
  const vector = new Float32Array(512).map(() => Math.fround(Math.random() - 0.5))
  const raw = Buffer.from(vector.buffer)
  const text = `control ${randomUUID()}`
  const control = [...needlesOfVector('vector', vector), ...needlesOfText('text', text)]
  const written: Record<string, Buffer | string> = {
    raw,
    'within something else': Buffer.concat([randomBytes(1_001), raw, randomBytes(77)]),
    hexadecimal: raw.toString('hex'),
    base64: JSON.stringify({ vector: raw.toString('base64') }),
    'base64 of something longer': Buffer.concat([randomBytes(7), raw]).toString('base64'),
    'base64 url': Buffer.concat([randomBytes(8), raw]).toString('base64url'),
    doubles: Buffer.from(Float64Array.from(vector).buffer),
    'an array': JSON.stringify([...vector]),
    'a text': `{"name":"${text}"}`,
    'a text in base64': Buffer.from(JSON.stringify({ some: 'field', text })).toString('base64'),
    'a text in hexadecimal': Buffer.from(text).toString('hex'),
    'a text in UTF-16': Buffer.from(text, 'utf16le'),
    'a text in an address': `http://127.0.0.1/?q=${encodeURIComponent(text)}`,
    [`a name of a file ${text}`]: '',
  }
  for (const [name, content] of Object.entries(written)) {
    const file = join(folder, name)
    writeFileSync(file, content)
    expect(findInFiles([file], control), name).not.toEqual([])
  }
  const nothing = join(folder, 'nothing of it')
  writeFileSync(nothing, randomBytes(100_000))
  expect(findInFiles([nothing], control)).toEqual([])
})
