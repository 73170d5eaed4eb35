import { once } from 'node:events'
import { connect } from 'node:net'
import { uploadedPictureKey } from '@sightline/contracts/people'
import { AddPersonPictureDocument } from '@sightline/schema/operations'
import sharp from 'sharp'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { createPictureAddresses } from './addresses.ts'

const api = await useTestApi({ sweepIntervalMs: 100 })
const refused = (code: string) => ({ __typename: 'Rejection', code })
const still = (background: string) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer()
const picture = await still('#806040')
const png = await sharp(picture).png().toBuffer()
const gif = await sharp(picture).gif().toBuffer()
const problem = (status: number) => ({ status, type: expect.stringContaining('application/problem+json') })

async function upload(
  options: { token?: string; personId: string; pictureId?: string; type?: string },
  body: RequestInit['body'] = picture,
) {
  const { token, personId, pictureId = v7(), type = 'image/jpeg' } = options
  const response = await fetch(`${api.url}/people/${personId}/pictures/${pictureId}`, {
    method: 'PUT',
    headers: { 'content-type': type, ...(token && { authorization: `Bearer ${token}` }) },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' as const }),
  } as RequestInit)
  await response.arrayBuffer()
  return { status: response.status, type: response.headers.get('content-type'), pictureId }
}

/** Sends the head of an upload, and nothing of the picture. */
async function beginUpload({ token, personId }: { token: string; personId: string }) {
  const connection = connect({ port: Number(new URL(api.url).port), host: '127.0.0.1' })
  connection.on('error', () => undefined).resume()
  await once(connection, 'connect')
  const head = [
    `PUT /people/${personId}/pictures/${v7()} HTTP/1.1`,
    'Host: sightline.example',
    `Authorization: Bearer ${token}`,
    'Content-Type: image/jpeg',
    'Content-Length: 1000',
    '\r\n',
  ]
  await new Promise(resolve => connection.write(head.join('\r\n'), resolve))
  return connection
}

const addPicture = async (by: TestPerson, personId: string, pictureId: string) =>
  (await api.send(by.token, AddPersonPictureDocument, { input: { personId, pictureId } })).addPersonPicture

async function enrolled() {
  const person = await api.person()
  const personId = await api.enrolPerson(person)
  return { person, personId, token: person.token }
}

const storedObject = (tenantId: string, personId: string, pictureId: string) =>
  api.objects.get(uploadedPictureKey({ tenantId, personId, pictureId }))

describe('a picture', () => {
  test('is uploaded, stored sealed, and added', async () => {
    const { person, personId, token } = await enrolled()
    const { status, pictureId } = await upload({ token, personId })
    expect(status).toBe(204)
    const stored = await storedObject(person.tenantId, personId, pictureId)
    expect(stored?.length).toBe(picture.length + 28)
    expect(stored?.includes(picture.subarray(0, 32))).toBe(false)
    expect(idOf(await addPicture(person, personId, pictureId))).toBe(pictureId)
    expect(idOf(await addPicture(person, personId, pictureId))).toBe(pictureId)
    expect(await api.eventTypes('person', person.tenantId, personId)).toEqual([
      'PersonEnrolled',
      'PersonPictureAdded',
    ])
  })

  test('may be uploaded again, but no other under its id', async () => {
    const { person, personId, token } = await enrolled()
    const { pictureId } = await upload({ token, personId })
    expect((await upload({ token, personId, pictureId })).status).toBe(204)
    expect(await upload({ token, personId, pictureId }, await still('#101010'))).toMatchObject(problem(409))
    idOf(await addPicture(person, personId, pictureId))
    expect((await upload({ token, personId, pictureId })).status).toBe(204)
  })

  test('that was not uploaded can not be added', async () => {
    const { person, personId } = await enrolled()
    expect(await addPicture(person, personId, v7())).toMatchObject(refused('PICTURE_NOT_UPLOADED'))
  })

  test.each([
    ['text', 'image/jpeg', Buffer.from('a face'), 422],
    ['nothing', 'image/jpeg', Buffer.alloc(0), 422],
    ['a PNG that is said to be a JPEG', 'image/jpeg', png, 422],
    ['a GIF', 'image/gif', gif, 415],
    ['an SVG', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415],
  ])('is not %s', async (_what, type, bytes, status) => {
    const { person, personId, token } = await enrolled()
    const answer = await upload({ token, personId, type }, new Uint8Array(bytes))
    expect(answer).toMatchObject(problem(status))
    expect(await addPicture(person, personId, answer.pictureId)).toMatchObject(
      refused('PICTURE_NOT_UPLOADED'),
    )
  })

  test('has 10 MB at most, whether its length is told or not', async () => {
    const { token, personId } = await enrolled()
    const large = new Uint8Array(11 * 1024 * 1024)
    expect(await upload({ token, personId }, large)).toMatchObject(problem(413))
    const streamed = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 11; part++) controller.enqueue(large.subarray(0, 1024 * 1024))
        controller.close()
      },
    })
    expect(await upload({ token, personId }, streamed)).toMatchObject(problem(413))
  })

  test('of another tenant, of nobody, and of no id is refused alike', async () => {
    const owner = await enrolled()
    const stranger = await api.person()
    expect(await upload({ token: stranger.token, personId: owner.personId })).toMatchObject(problem(404))
    expect(await upload({ token: stranger.token, personId: v7() })).toMatchObject(problem(404))
    expect(await upload({ token: stranger.token, personId: 'ada' })).toMatchObject(problem(404))
    const { pictureId } = await upload({ token: owner.token, personId: owner.personId })
    expect(await addPicture(stranger, owner.personId, pictureId)).toMatchObject(refused('NOT_FOUND'))
  })

  test("needs a person's token", async () => {
    const { personId } = await enrolled()
    expect(await upload({ personId })).toMatchObject(problem(401))
    expect(await upload({ personId, token: 'no.valid.token' })).toMatchObject(problem(401))
    const node = await api.mediaNode()
    expect(await upload({ personId, token: node.token })).toMatchObject(problem(403))
  })

  test('whose sender goes away at once takes nobody’s place', async () => {
    const { personId, token } = await enrolled()
    for (let sender = 0; sender < 30; sender++) {
      const connection = await beginUpload({ token, personId })
      connection.destroy()
      await once(connection, 'close')
    }
    await eventually(async () => expect((await upload({ token, personId })).status).toBe(204))
  })

  test('that takes its time keeps nobody of another tenant from theirs', async () => {
    const [slow, other] = [await enrolled(), await enrolled()]
    const begun = await Promise.all(Array.from({ length: 12 }, () => beginUpload(slow)))
    // Those that are answered have no place.
    await eventually(() => expect(begun.filter(({ bytesRead }) => bytesRead > 0)).toHaveLength(8))
    expect(await upload(slow)).toMatchObject(problem(503))
    expect((await upload(other)).status).toBe(204)
    for (const connection of begun) connection.destroy()
    await eventually(async () => expect((await upload(slow)).status).toBe(204))
  })

  test('that no command claims goes after an hour; the others stay', async () => {
    const { person, personId, token } = await enrolled()
    const forgotten = await upload({ token, personId })
    const kept = await upload({ token, personId })
    idOf(await addPicture(person, personId, kept.pictureId))
    // What is left of an API that was killed after the event, before it noted the claim.
    await api.database.inOps('ops_api', person.tenantId, sql =>
      sql('/* interruptedClaim */ update ops.picture_uploads set claimed = false where picture_id = $1', [
        kept.pictureId,
      ]),
    )
    api.passTime(3_600_000)
    await eventually(async () => {
      expect(await storedObject(person.tenantId, personId, forgotten.pictureId)).toBeUndefined()
    })
    expect(await addPicture(person, personId, forgotten.pictureId)).toMatchObject(
      refused('PICTURE_NOT_UPLOADED'),
    )
    expect(await storedObject(person.tenantId, personId, kept.pictureId)).toBeDefined()
  })
})

describe('an address', () => {
  async function addressed() {
    const { person, personId, token } = await enrolled()
    const { pictureId } = await upload({ token, personId })
    const key = await api.keyOfPerson(person.tenantId, personId)
    const { signAddress } = createPictureAddresses(api.pictureKey)
    const picture = {
      kind: 'picture' as const,
      tenantId: person.tenantId,
      userId: person.userId,
      sessionId: null,
      siteIds: [],
      cameraId: null,
      objectKey: uploadedPictureKey({ tenantId: person.tenantId, personId, pictureId }),
      keyId: key,
      contentType: 'image/jpeg',
    }
    return { picture, signAddress, person }
  }
  const get = (path: string) => fetch(`${api.url}${path}`)

  test('serves the picture as it was uploaded, to be kept by nobody', async () => {
    const { picture: named, signAddress } = await addressed()
    const response = await get(signAddress({ ...named, now: api.now() }))
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  test('that is wrong, expired or of something erased is not found, all alike', async () => {
    const { picture: named, signAddress, person } = await addressed()
    const good = signAddress({ ...named, now: api.now() })
    const expired = signAddress({ ...named, now: new Date(api.now().getTime() - 300_000) })
    const asCrop = good.replace('/pictures/', '/crops/')
    const gone = signAddress({ ...named, objectKey: `${named.objectKey}x`, now: api.now() })
    const answers = []
    for (const path of [`${good}x`, '/pictures/x', expired, asCrop, gone]) {
      const response = await get(path)
      answers.push(`${response.status} ${await response.text()}`)
    }
    await api.dataKeys.destroy(person.tenantId, named.keyId)
    const erased = await get(good)
    answers.push(`${erased.status} ${await erased.text()}`)
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('404')
  })
})
