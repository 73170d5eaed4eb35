import pg from 'pg'
import { classify } from './faults.ts'
import { type Address, clientConfig } from './pools.ts'
import type { Role } from './roles.ts'

/**
 * A lock that is held as long as its connection lives. It spares work that somebody else does already; it fences
 * nothing, because whoever lost it may not know yet.
 */
export interface HeldLock {
  /** Aborted when the connection, and with it the lock, is gone. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** Takes the session lock of this name; undefined where it is held. @throws DatabaseUnavailableError */
export async function takeLock(
  address: Address,
  role: Role,
  password: string,
  name: string,
): Promise<HeldLock | undefined> {
  const client = new pg.Client(clientConfig(address, role, password))
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  try {
    await client.connect()
    const { rows } = await client.query<{ taken: boolean }>(
      '/* takeLock */ select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
      [name],
    )
    if (rows[0]?.taken) return { lost: lost.signal, release: () => client.end() }
  } catch (error) {
    await client.end().catch(() => {})
    throw classify(error, 'takeLock')
  }
  await client.end()
  return undefined
}
