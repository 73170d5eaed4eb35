import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import {
  AddMemberDocument,
  CameraDocument,
  CreateSiteDocument,
  GrantScopeDocument,
  RegisterCameraDocument,
} from '@sightline/schema/operations'
import { accepted, createTenant, type Tenant } from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { atMost, type Figure, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'

/** Timings of what is not there, and as many of what is not allowed: half another tenant's, half another site's. */
const TIMINGS = 10_000
const WARM_UP = 500
/** Each is asked for again and again, as are as many that never were. */
const CAMERAS_EACH = 50
/** People who ask in turn: one alone would have spent what one may. */
const ASKING = 4
/** How often what is not there is compared with itself, each time in other halves. */
const SPLITS = 1_000

const query = 'query Q($id: UUID!) { camera(id: $id) { id name host site { id } stream { status } } }'

const kinds = ['not there', "another tenant's", "another site's", 'there'] as const
type Kind = (typeof kinds)[number]

/** Whether the time that an answer takes tells that something is there which isn't one's own. */
export const notThere: Section = {
  name: 'not-there',
  title: `${TIMINGS} timings each of what is not allowed and of what is not there`,
  async measure(progress) {
    await using system = await startSystem({
      services: ['api', 'projector'],
      onProgress: step => progress(`starting ${step}`),
    })
    progress(`${3 * CAMERAS_EACH} cameras`)
    const { tokens, ids } = await prepare(system)
    using door = openDoor(system.url)
    const timings: Record<Kind, number[]> = {
      'not there': [],
      "another tenant's": [],
      "another site's": [],
      there: [],
    }
    // In each round two that are not there and two that are not allowed, in any order; now and then one that is there.
    const round: Kind[] = ['not there', 'not there', "another tenant's", "another site's"]
    for (let turn = 0; turn < (WARM_UP + TIMINGS) / 2; turn += 1) {
      if (turn % 1_000 === 0) progress(`${4 * turn} of ${2 * (WARM_UP + TIMINGS)} timings`)
      const token = tokens[turn % ASKING]!
      for (const kind of shuffled(turn % 10 === 0 ? [...round, 'there' as const] : round)) {
        const id = ids[kind][Math.floor(Math.random() * CAMERAS_EACH)]!
        const { ms, camera } = await door.ask(token, id)
        if ((camera?.id === id) !== (kind === 'there')) throw new Error(`${kind}: ${JSON.stringify(camera)}`)
        if (turn >= WARM_UP / 2) timings[kind].push(ms * 1_000)
      }
    }
    progress(`${SPLITS} comparisons of what is not there with itself`)
    return figuresOf(timings)
  },
}

function figuresOf(timings: Record<Kind, readonly number[]>): Figure[] {
  const absent = timings['not there']
  const itself = differencesFromItself(absent)
  const others = {
    "another tenant's": timings["another tenant's"],
    "another site's": timings["another site's"],
  }
  const all = { 'not allowed': Object.values(others).flat(), ...others }
  const figures = Object.entries(all).flatMap(([name, samples]): Figure[] => {
    const found = difference(sorted(samples), sorted(absent))
    return (['medians', 'deciles'] as const).map(of => ({
      name: `${name} against not there, ${of === 'medians' ? 'medians' : 'the decile that differs most'}`,
      value: found[of],
      unit: 'µs',
      reference: { name: 'not there against itself, at most', value: itself[of], unit: 'µs' },
      bound: atMost(found[of], itself[of], 'itself'),
    }))
  })
  const seen = difference(sorted(timings.there), sorted(absent))
  return [
    { name: 'not there, median', value: percentile(absent, 0.5), unit: 'µs' },
    ...figures,
    // What the comparison can tell apart.
    { name: 'there against not there, medians', value: seen.medians, unit: 'µs' },
  ]
}

/** By how much two distributions differ: in their medians, and in the one of their deciles that differs most. */
interface Difference {
  medians: number
  deciles: number
}

function difference(one: Float64Array, other: Float64Array): Difference {
  const at = (share: number) => Math.abs(quantile(one, share) - quantile(other, share))
  return {
    medians: at(0.5),
    deciles: Math.max(...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(tenths => at(tenths / 10))),
  }
}

/** The largest differences between halves of the same timings, split by chance again and again. */
function differencesFromItself(samples: readonly number[]): Difference {
  const ordered = sorted(samples)
  const halves = [new Float64Array(ordered.length / 2), new Float64Array(ordered.length / 2)] as const
  const largest = { medians: 0, deciles: 0 }
  for (let split = 0; split < SPLITS; split += 1) {
    // In order they stay: each goes to a half as likely as there is room in it.
    let taken = 0
    for (let index = 0; index < ordered.length; index += 1) {
      const room = halves[0].length - taken
      if (Math.random() * (ordered.length - index) < room) halves[0][taken++] = ordered[index]!
      else halves[1][index - taken] = ordered[index]!
    }
    const { medians, deciles } = difference(...halves)
    largest.medians = Math.max(largest.medians, medians)
    largest.deciles = Math.max(largest.deciles, deciles)
  }
  return largest
}

const sorted = (samples: readonly number[]) => Float64Array.from(samples).sort()

const quantile = (ordered: Float64Array, share: number) => ordered[Math.ceil(share * ordered.length) - 1]!

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map(item => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

/** People who see one site of a tenant, and cameras there, at another site of it, and in another tenant. */
async function prepare(system: System): Promise<{ tokens: string[]; ids: Record<Kind, string[]> }> {
  const [ours, others] = [await createTenant(system, 'Harbour'), await createTenant(system, 'Quarry')]
  const { createSite } = await ours.client.request(CreateSiteDocument, { input: { name: 'Warehouse' } })
  const elsewhere = { ...ours, siteId: accepted(createSite).id }
  const ids = {
    'not there': Array.from({ length: CAMERAS_EACH }, () => randomUUID()),
    "another tenant's": await registerCameras(others),
    "another site's": await registerCameras(elsewhere),
    there: await registerCameras(ours),
  }
  const tokens: string[] = []
  for (let index = 0; index < ASKING; index += 1) {
    const member = { email: `viewer-${index}@example.org`, role: 'VIEWER', everywhere: false } as const
    const { addMember } = await ours.client.request(AddMemberDocument, { input: member })
    const { id: userId } = accepted(addMember)
    const grant = { userId, siteIds: [ours.siteId] }
    accepted((await ours.client.request(GrantScopeDocument, { input: grant })).grantScope)
    tokens.push(await system.identity.person({ tenantId: ours.tenantId, userId, sessionId: randomUUID() }))
  }
  return { tokens, ids }
}

/** Registers cameras and waits until they are shown to whoever may see them. Gives their ids. */
async function registerCameras({ client, siteId }: Tenant): Promise<string[]> {
  const ids: string[] = []
  let atLeast: string | undefined
  for (let index = 0; index < CAMERAS_EACH; index += 1) {
    const input = { siteId, name: `Camera ${index}`, address: `rtsp://viewer:secret@192.0.2.1/${index}` }
    const answer = accepted((await client.request(RegisterCameraDocument, { input })).registerCamera)
    ids.push(answer.id)
    atLeast = answer.position
  }
  const { camera } = await client.request(CameraDocument, { id: ids.at(-1)!, atLeast: atLeast! })
  if (!camera) throw new Error('the cameras are not shown')
  return ids
}

/** Asks for one camera at a time over one connection. */
function openDoor(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    /** @returns how long it took until the whole answer was there, and what it was */
    ask: (token: string, id: string) =>
      new Promise<{ ms: number; camera: { id: string } | null }>((resolve, reject) => {
        const body = JSON.stringify({ query, variables: { id } })
        const asking = request(`${url}/graphql`, {
          agent,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${token}`,
          },
        })
        const startedAt = performance.now()
        asking.once('error', reject)
        asking.once('response', response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk))
          response.once('end', () => {
            const ms = performance.now() - startedAt
            const answer = JSON.parse(Buffer.concat(chunks).toString())
            if (answer.errors) reject(new Error(JSON.stringify(answer.errors)))
            else resolve({ ms, camera: answer.data.camera })
          })
        })
        asking.end(body)
      }),
    [Symbol.dispose]: () => agent.destroy(),
  }
}
