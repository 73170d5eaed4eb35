import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type CameraFilm, cameraFilm, stillPicture, stillsOfFranck } from '@sightline/local/assets'
import { type StartedCamera, startCamera } from '@sightline/local/cameras'
import type { GraphqlClient } from '@sightline/schema/client'
import {
  AddMemberDocument,
  AddPersonPictureDocument,
  CreateSiteDocument,
  CreateTenantDocument,
  EnrolPersonDocument,
  PeopleChangedDocument,
  type PersonFieldsFragment,
  RegisterCameraDocument,
  SitesDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import type { System } from './system.ts'
import { watch } from './watch.ts'

/** A command was refused where it should have been accepted. */
export class CommandRefusedError extends Error {
  override readonly name = 'CommandRefusedError'
}

interface Answer {
  __typename: string
  id?: string
  position?: string
  code?: string
  message?: string
}

/** The id of what an accepted command was about. @throws CommandRefusedError with the code and the message */
export function accepted(answer: Answer): { id: string; position: string } {
  if (answer.__typename !== 'CommandAccepted')
    throw new CommandRefusedError(`${answer.code}: ${answer.message}`)
  return { id: answer.id!, position: answer.position! }
}

/** Waits until pages and queries of a tenant show what a command of its client did. */
export async function shown(client: GraphqlClient, { position }: { position: string }): Promise<void> {
  await client.request(SitesDocument, { first: 1, atLeast: position })
}

/** A tenant with one site and somebody who may do everything in it. */
export interface Tenant {
  tenantId: string
  siteId: string
  /** Who administers it. */
  userId: string
  token: string
  client: GraphqlClient
}

/**
 * Makes a tenant, its administrator and a site by commands. They are in the rows of queries when it resolves.
 * @param email the administrator's address; one of this tenant alone if it isn't given
 */
export async function createTenant(system: System, name: string, email?: string): Promise<Tenant> {
  const tenantId = randomUUID()
  const platform = system.client(await system.identity.system())
  accepted((await platform.request(CreateTenantDocument, { input: { tenantId, name } })).createTenant)
  const address = email ?? `admin-${tenantId}@example.org`
  const member = { tenantId, email: address, role: 'TENANT_ADMIN', everywhere: true } as const
  const added = await platform.request(AddMemberDocument, { input: member })
  const { id: userId } = accepted(added.addMember)
  const token = await system.identity.person({ tenantId, userId, sessionId: randomUUID() })
  const client = system.client(token)
  const site = accepted(
    (await client.request(CreateSiteDocument, { input: { name: 'Headquarters' } })).createSite,
  )
  await shown(client, site)
  return { tenantId, siteId: site.id, userId, token, client }
}

/** Sends a person's picture and names it. Gives its id. */
export async function addPicture(
  system: System,
  tenant: Tenant,
  personId: string,
  file: string,
): Promise<string> {
  const pictureId = randomUUID()
  const response = await fetch(`${system.url}/people/${personId}/pictures/${pictureId}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${tenant.token}`,
      'content-type': file.endsWith('.png') ? 'image/png' : 'image/jpeg',
    },
    body: await readFile(file),
  })
  if (!response.ok)
    throw new Error(`${basename(file)} was not taken: ${response.status} ${await response.text()}`)
  accepted(
    (await tenant.client.request(AddPersonPictureDocument, { input: { personId, pictureId } }))
      .addPersonPicture,
  )
  return pictureId
}

/** Enrols somebody from picture files and waits until recognition has accepted every one. */
export async function enrol(
  system: System,
  tenant: Tenant,
  name: string,
  files: readonly string[],
): Promise<PersonFieldsFragment> {
  const person = accepted((await tenant.client.request(EnrolPersonDocument, { input: { name } })).enrolPerson)
  for (const file of files) await addPicture(system, tenant, person.id, file)
  const people = watch(tenant.client, PeopleChangedDocument, {}, data => data.peopleChanged)
  try {
    return await people.until(`${files.length} accepted pictures`, rows =>
      rows.find(
        row =>
          row.id === person.id &&
          row.pictures.length === files.length &&
          row.pictures.every(picture => picture.status === 'ACCEPTED'),
      ),
    )
  } finally {
    people.close()
  }
}

/** The three people whom the demo enrols, with the pictures that it uses. */
export function demoPeople(): { name: string; files: string[] }[] {
  const franck = stillsOfFranck()
  const chosen = [0, Math.floor(franck.length / 2), franck.length - 1].map(index => franck[index]!)
  return [
    { name: 'Franck', files: chosen },
    { name: 'Audrey', files: [stillPicture('audrey.jpg')] },
    { name: 'Cage', files: [stillPicture('cage.jpg')] },
  ]
}

/** A camera that plays a film, registered and started. */
export interface LiveCamera extends AsyncDisposable {
  camera: StartedCamera
  cameraId: string
  streamId: string
}

/** Starts an RTSP camera with a password, registers it and starts its stream. */
export async function startLiveCamera(
  tenant: Tenant,
  options: { name: string; film: CameraFilm; framesPerSecond?: number },
): Promise<LiveCamera> {
  const camera = await startCamera({
    file: cameraFilm(options.film),
    username: 'viewer',
    password: randomUUID(),
    auth: 'digest',
  })
  try {
    const { id: cameraId } = accepted(
      (
        await tenant.client.request(RegisterCameraDocument, {
          input: {
            siteId: tenant.siteId,
            name: options.name,
            address: camera.address,
            ...(options.framesPerSecond === undefined ? {} : { framesPerSecond: options.framesPerSecond }),
          },
        })
      ).registerCamera,
    )
    const streamId = randomUUID()
    accepted(
      (await tenant.client.request(StartStreamDocument, { input: { cameraId, streamId } })).startStream,
    )
    return { camera, cameraId, streamId, [Symbol.asyncDispose]: () => camera.close() }
  } catch (error) {
    await camera.close()
    throw error
  }
}
