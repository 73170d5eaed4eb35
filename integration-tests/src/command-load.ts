import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { GraphqlRequestError } from '@sightline/schema/client'
import { CreateSiteDocument, RegisterCameraDocument } from '@sightline/schema/operations'
import { accepted, type Tenant } from '@sightline/testing/seeding'

/** A command that was answered. */
export interface AnsweredCommand {
  commandId: string
  makes: 'site' | 'camera'
  /** The id of what was made. */
  id: string
  position: string
  /** How often it was sent until an answer came. */
  attempts: number
}

/** People who make sites and cameras without a rest. */
export interface CommandLoad {
  /** In the order of the answers. */
  readonly answered: readonly AnsweredCommand[]
  /** Lets every command that was begun be answered, then ends. @throws what an answer was that should not have been */
  stop(): Promise<void>
}

/** How long each of the people thinks between an answer and the next command, and before another try, ms. */
const PAUSE_MS = 60
const RETRY_MS = 150

/**
 * Sends commands from several places at once, each with an id of its own. One that isn't answered is sent again
 * as it was, with the same id, until it is.
 */
export function startCommandLoad(tenant: Tenant, people = 3): CommandLoad {
  const answered: AnsweredCommand[] = []
  let stopping = false

  const send = async (makes: AnsweredCommand['makes'], id: string, commandId: string) => {
    const { client, siteId } = tenant
    const name = `${makes} ${id}`
    if (makes === 'site') {
      const input = { siteId: id, name, commandId }
      return accepted((await client.request(CreateSiteDocument, { input })).createSite)
    }
    const address = `rtsp://user:password@127.0.0.1:9/${id}`
    const input = { cameraId: id, siteId, name, address, commandId }
    return accepted((await client.request(RegisterCameraDocument, { input })).registerCamera)
  }
  const sendUntilAnswered = async (makes: AnsweredCommand['makes'], id: string, commandId: string) => {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return { ...(await send(makes, id, commandId)), attempts }
      } catch (error) {
        if (!(error instanceof GraphqlRequestError)) throw error
        await wait(RETRY_MS)
      }
    }
  }
  const working = Promise.all(
    Array.from({ length: people }, async (_, person) => {
      for (let turn = person; !stopping; turn += 1) {
        const makes = turn % 2 === 0 ? 'site' : 'camera'
        const commandId = randomUUID()
        const { id, position, attempts } = await sendUntilAnswered(makes, randomUUID(), commandId)
        answered.push({ commandId, makes, id, position, attempts })
        await wait(PAUSE_MS)
      }
    }),
  )
  // Told by stop(); until then it isn't a rejection that nobody handles.
  working.catch(() => {})
  return {
    answered,
    async stop() {
      stopping = true
      await working
    },
  }
}
