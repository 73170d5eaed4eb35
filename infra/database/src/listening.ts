import { setTimeout as wait } from 'node:timers/promises'
import { backoff } from '@sightline/waiting/backoff'
import pg from 'pg'
import { type Address, type ConnectionLogger, clientConfig } from './pools.ts'
import type { Role } from './roles.ts'

/** A channel that is listened to until it is closed. */
export interface Listening {
  close(): Promise<void>
}

const RETRY_AFTER_MS = { first: 50, longest: 2_000 }

/** Listens on a connection of its own and connects again for ever. Resolves when it listens for the first time. */
export async function listen(
  as: { address: Address; role: Role; password: string; logger: ConnectionLogger },
  channel: string,
  handle: { onNotify(payload: string): void; onReconnect(): void },
): Promise<Listening> {
  const closing = new AbortController()
  let current: pg.Client | undefined
  let announceFirst!: () => void
  const first = new Promise<void>(resolve => {
    announceFirst = resolve
  })

  /** Listens once, until the connection is gone. */
  const listenOnce = async (whenListening: () => void) => {
    const client = new pg.Client(clientConfig(as.address, as.role, as.password))
    const { promise: gone, resolve: end } = Promise.withResolvers<void>()
    client.on('error', () => end())
    client.on('end', () => end())
    client.on('notification', message => handle.onNotify(message.payload ?? ''))
    current = client
    try {
      await client.connect()
      await client.query(`/* listen */ listen ${pg.escapeIdentifier(channel)}`)
      if (closing.signal.aborted) return
      whenListening()
      await gone
    } finally {
      await client.end().catch(() => {})
    }
  }

  const run = async () => {
    let failures = 0
    let before = false
    while (!closing.signal.aborted) {
      try {
        await listenOnce(() => {
          failures = 0
          if (before) handle.onReconnect()
          before = true
          announceFirst()
        })
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error)
        as.logger.warn({ channel, fault }, 'could not listen to the database')
      }
      if (closing.signal.aborted) break
      await wait(backoff(failures, RETRY_AFTER_MS), undefined, { signal: closing.signal }).catch(() => {})
      failures += 1
    }
    announceFirst()
  }

  const running = run()
  await first
  return {
    async close() {
      closing.abort()
      await current?.end().catch(() => {})
      await running
    },
  }
}
