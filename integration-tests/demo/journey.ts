import { streamName } from '@sightline/contracts/stream-names'
import {
  AgentsChangedDocument,
  type CameraFieldsFragment,
  CamerasChangedDocument,
  LookUpPairingDocument,
  PairAgentDocument,
  type SightingFieldsFragment,
  SightingsDocument,
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
import type { ServiceName, System } from '@sightline/testing/system'
import { NotSeenError, type RowsChange, type Watch, watch } from '@sightline/testing/watch'
import { openLog } from '@sightline/testing/whole-log'
import { shownPairingCode } from '../src/pairing-code.ts'

/** A part of the journey failed; `part` is the service or store whose log most likely says why. */
export class JourneyError extends Error {
  override readonly name = 'JourneyError'
  readonly part: ServiceName
  constructor(part: ServiceName, message: string) {
    super(message)
    this.part = part
  }
}

/** Runs one step; what it waits for in vain is blamed on `part`. */
async function step<Result>(part: ServiceName, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw new JourneyError(part, error instanceof Error ? error.message : String(error))
  }
}

/** What the journey found, as the last line of `npm run demo -- --once` tells it. */
export interface JourneyResult {
  recognised: string
  /** Cosine similarity of the frame that decided, 0..1. */
  similarity: number
  /** From the capture of the deciding frame until the event store stored the event, ms. */
  frameToEventMs: number
  /** From the capture of the deciding frame until the subscription's message arrived, ms. */
  frameToSubscriptionMs: number
}

/** The least similarity at which the demo believes that Franck is Franck. */
const LEAST_SIMILARITY = 0.6

/** How long nobody else may appear after both cameras' sightings arrived, ms. */
const QUIET_MS = 10_000

/** The demo's tenant with everything that was set up in it. */
export interface Journey extends AsyncDisposable {
  tenant: Tenant
  sightings: Watch<SightingFieldsFragment>
  cameras: readonly LiveCamera[]
}

async function pairAgent(system: System, tenant: Tenant, say: (line: string) => void): Promise<void> {
  const agent = await system.startService('agent')
  const code = await shownPairingCode(agent.logFile)
  say(`The agent shows the pairing code ${code}`)
  const { lookUpPairing } = await tenant.client.request(LookUpPairingDocument, { code })
  if (lookUpPairing.__typename !== 'OpenPairing')
    throw new NotSeenError(`the code was not found: ${lookUpPairing.message}`)
  accepted(
    (await tenant.client.request(PairAgentDocument, { input: { code, siteId: tenant.siteId } })).pairAgent,
  )
  say(`Paired ${lookUpPairing.name}, serial number ${lookUpPairing.serial}`)
  const agents = watch(tenant.client, AgentsChangedDocument, {}, data => data.agentsChanged)
  try {
    const status = await agents.until(
      'a heartbeat of the agent',
      rows => rows.find(row => row.status !== 'OFFLINE')?.status,
    )
    say(`The agent is ${status}`)
  } finally {
    agents.close()
  }
}

/** Says in a line what each message of a subscription tells that was not said before. */
function createNarrator(say: (line: string) => void) {
  const said = new Map<string, string>()
  const sayOnce = (id: string, line: string) => {
    if (said.get(id) === line) return
    said.set(id, line)
    say(line)
  }
  return {
    sightings({ changed }: RowsChange<SightingFieldsFragment>) {
      for (const row of changed) {
        const who = row.person
          ? `${row.person.name} (similarity ${row.similarity?.toFixed(2)})`
          : 'Somebody unknown'
        sayOnce(row.id, `${who} ${row.status === 'OPEN' ? 'is' : 'was'} at ${row.camera?.name}`)
      }
    },
    cameras({ changed }: RowsChange<CameraFieldsFragment>) {
      for (const { id, name, stream } of changed) {
        if (stream) sayOnce(id, `${name} is ${stream.status}${stream.reason ? `: ${stream.reason}` : ''}`)
      }
    },
  }
}

/** Sets up the demo's tenant: people, the agent, two cameras; and shows what happens from then on. */
export async function beginJourney(system: System, say: (line: string) => void): Promise<Journey> {
  const tenant = await step('api', createTenant(system, 'Sightline demo', 'demo@example.org'))
  say('Created the tenant “Sightline demo” with the site “Headquarters”')

  await step('agent', pairAgent(system, tenant, say))

  for (const { name, files } of demoPeople()) {
    await step('recognition', enrol(system, tenant, name, files))
    say(`Enrolled ${name} from ${files.length === 1 ? 'one picture' : `${files.length} pictures`}`)
  }

  const narrator = createNarrator(say)
  const sightings = watch(tenant.client, SightingsDocument, {}, data => data.sightings, narrator.sightings)
  const streams = watch(
    tenant.client,
    CamerasChangedDocument,
    {},
    data => data.camerasChanged,
    narrator.cameras,
  )
  const cameras: LiveCamera[] = []
  const close = async () => {
    sightings.close()
    streams.close()
    for (const camera of cameras) await camera[Symbol.asyncDispose]()
  }
  try {
    cameras.push(await step('api', startLiveCamera(tenant, { name: 'Camera 1', film: 'franck' })))
    cameras.push(await step('api', startLiveCamera(tenant, { name: 'Camera 2', film: 'cap12' })))
    say('Registered two cameras and started their streams')
    await step(
      'media-node',
      streams.until(
        'two live cameras',
        rows => rows.filter(row => row.stream?.status === 'LIVE').length === 2,
      ),
    )
    return { tenant, sightings, cameras, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The id of the first sighting of each chain by `previousSightingId`: a chain counts as one. */
function chains(rows: readonly SightingFieldsFragment[]): SightingFieldsFragment[] {
  const ids = new Set(rows.map(row => row.id))
  return rows.filter(row => !row.previousSightingId || !ids.has(row.previousSightingId))
}

const isKnown = (row: SightingFieldsFragment) => row.person != null

/**
 * Waits for what the demo must show, and for nothing else: Franck at camera 1, one unknown person at camera 2.
 * @throws JourneyError saying what was seen instead
 */
export async function finishJourney(system: System, journey: Journey): Promise<JourneyResult> {
  const { sightings, cameras, tenant } = journey
  const [first, second] = cameras
  const franck = await step(
    'recognition',
    sightings.until('Franck at camera 1', rows =>
      rows.find(row => row.camera?.id === first!.cameraId && row.person?.name === 'Franck'),
    ),
  )
  await step(
    'recognition',
    sightings.until('somebody at camera 2', rows => rows.some(row => row.camera?.id === second!.cameraId)),
  )
  await new Promise(resolve => setTimeout(resolve, QUIET_MS))

  const seen = chains([...sightings.rows.values()])
  const right =
    seen.length === 2 &&
    seen.some(row => row.camera?.id === first!.cameraId && row.person?.id === franck.person!.id) &&
    seen.some(row => row.camera?.id === second!.cameraId && !isKnown(row))
  if (!right) {
    const list = seen.map(row => `${row.person?.name ?? 'unknown'} at ${row.camera?.name}`).join(', ')
    throw new JourneyError(
      'recognition',
      `Franck at camera 1 and one unknown at camera 2 were due; seen: ${list}`,
    )
  }
  const similarity = franck.similarity ?? 0
  if (similarity < LEAST_SIMILARITY) {
    throw new JourneyError('recognition', `Franck was recognised with ${similarity} only`)
  }
  return {
    recognised: franck.person!.name!,
    similarity: Math.round(similarity * 1000) / 1000,
    frameToEventMs: await frameToEventMs(system, tenant, first!.cameraId, franck.id),
    frameToSubscriptionMs: frameToSubscriptionMs(sightings, franck.id),
  }
}

/** The store's time of the event that named the person − the capture time of the frame that decided, ms. */
async function frameToEventMs(
  system: System,
  tenant: Tenant,
  cameraId: string,
  sightingId: string,
): Promise<number> {
  const log = await openLog(system)
  try {
    for (const event of await log.readStream(streamName('sighting', tenant.tenantId, cameraId))) {
      const names =
        (event.type === 'SightingOpened' && event.data.subject.kind === 'person') ||
        (event.type === 'SightingIdentified' && event.data.becomes.kind === 'person')
      if (names && event.data.sightingId === sightingId) {
        return event.created.getTime() - Date.parse(event.data.decidingFrame.capturedAt)
      }
    }
    throw new JourneyError('projector', 'the subscription showed a sighting that the log does not hold')
  } finally {
    await log.close()
  }
}

/** The arrival of the first message that named the person − the capture time of the frame that decided, ms. */
function frameToSubscriptionMs(sightings: Watch<SightingFieldsFragment>, sightingId: string): number {
  for (const { change, at } of sightings.arrivals) {
    const row = change.changed.find(changed => changed.id === sightingId && isKnown(changed))
    if (row) return at.getTime() - Date.parse(row.decidedAt)
  }
  throw new JourneyError('projector', 'no message of the subscription named the person')
}
