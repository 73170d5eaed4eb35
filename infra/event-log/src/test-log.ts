import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { streamName } from '@sightline/contracts/stream-names'
import { makeTemporaryFolder } from '@sightline/local/temporary-folder'
import { startEventStore } from '@sightline/local-event-store/server'
import { createLogger } from '@sightline/logging/logging'
import { v7 as uuidv7 } from 'uuid'
import { type CommandContext, eventContext } from './decide.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import type { EventToAppend } from './recorded-event.ts'

/** Data keys by tenant and id; deleting one is erasing. */
export type TestKeys = Map<string, Uint8Array> & {
  read(tenantId: string, keyId: string): Promise<Uint8Array | undefined>
  make(tenantId: string, keyId?: string): string
}

export function createTestKeys(): TestKeys {
  const keys = new Map<string, Uint8Array>()
  return Object.assign(keys, {
    read: async (tenantId: string, keyId: string) => keys.get(`${tenantId}.${keyId}`),
    make(tenantId: string, keyId = uuidv7()) {
      keys.set(`${tenantId}.${keyId}`, randomBytes(32))
      return keyId
    },
  })
}

/** How a test opens its log. */
export interface TestOpening {
  create?: boolean
  keys?: TestKeys | null
  signal?: AbortSignal
  connectionString?: string
}

/** A log over an event store in this process, with a folder of its own; gone with `await using`. */
export interface TestLog extends AsyncDisposable {
  log: EventLog
  keys: TestKeys
  connectionString: string
  /** Everything that the event store has written. */
  folder: string
  /** What was logged. */
  lines: string[]
  /** Opens the same log once more, by another way if there is one. */
  open(options?: TestOpening): Promise<EventLog>
}

export async function startTestLog(): Promise<TestLog> {
  const folder = await makeTemporaryFolder('event-log')
  const store = await startEventStore({ file: path.join(folder.path, 'events.sqlite') })
  const keys = createTestKeys()
  const lines: string[] = []
  const opened: EventLog[] = []
  const logger = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: line => void lines.push(line) },
  })

  async function open(options: TestOpening = {}) {
    const log = await openEventLog({
      connectionString: options.connectionString ?? store.connectionString,
      dataKeys: options.keys === undefined ? keys : options.keys,
      create: options.create ?? true,
      logger,
      ...(options.signal ? { signal: options.signal } : {}),
    })
    opened.push(log)
    return log
  }

  return {
    log: await open(),
    keys,
    connectionString: store.connectionString,
    folder: folder.path,
    lines,
    open,
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map(log => log.close()))
      await store.close()
      await folder.remove()
    },
  }
}

/** A command of a person of the tenant; each has an id of its own unless it is given one. */
export function commandBy(tenantId: string, given: Partial<CommandContext> = {}): CommandContext {
  const commandId = given.commandId ?? uuidv7()
  return {
    tenantId,
    actor: { principal: 'person', id: 'operator', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    now: new Date('2026-01-31T12:00:00.000Z'),
    ...given,
  }
}

/** An event that says nothing personal, for an agent's stream. */
export function agentStatusEvent(
  tenantId: string,
  status: 'IDLE' | 'ONLINE' = 'ONLINE',
  id = uuidv7(),
): EventToAppend {
  return { type: 'AgentStatusChanged', data: { status }, id, metadata: eventContext(commandBy(tenantId)) }
}

export function agentStream(tenantId: string, id = uuidv7()): string {
  return streamName('agent', tenantId, id)
}
