import type { KeyObject } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type TokenKind, tokenKind } from '@sightline/contracts/tokens'
import type { MasterKey } from '@sightline/data-keys/master-key'
import type { Database } from '@sightline/database/database'
import type { Logger } from '@sightline/logging/logging'
import type { JWK } from 'jose'
import { KeysUnavailableError } from '../unavailable.ts'
import { signingKeyAt } from './key-schedule.ts'
import {
  ensureSigningKeys,
  isUsable,
  type OpenedKey,
  openSigningKey,
  readSigningKeys,
  type StoredKey,
} from './signing-keys.ts'

/** The token signing keys of the installation, as this process knows them. */
export interface KeyRing {
  /** Makes the keys where there are none yet, and follows them from then on. @throws DatabaseUnavailableError, KeysDoNotOpenError */
  start(): Promise<void>
  close(): Promise<void>
  /** What signs tokens of a kind now. @throws KeysUnavailableError */
  signer(kind: TokenKind): { keyId: string; privateKey: KeyObject }
  /**
   * What verifies tokens of a kind: undefined where there is no such key, none of this kind, or one that has left.
   * @throws KeysUnavailableError
   */
  publicKey(kind: TokenKind, keyId: string): Promise<KeyObject | undefined>
  /** Fires when a key that counts does so no longer; undefined for one that doesn't. */
  goneOf(kind: TokenKind, keyId: string): AbortSignal | undefined
  /** The keys whose signatures count. @throws KeysUnavailableError */
  published(): JWK[]
}

/** How often the rows are read again: so long may a process go on with a key that was compromised, ms. */
const REFRESH_MS = 1_000

/** Unknown key ids cause one reading in this time at most, ms. */
const UNKNOWN_KEY_REFRESH_MS = 250

/** So old may they be where the database is away; then no token counts until it is back, ms. */
const MAX_AGE_MS = 15_000

/** The keys of a kind are there and none opens: the master key is another. */
export class KeysDoNotOpenError extends Error {
  override name = 'KeysDoNotOpenError'
  constructor(kind: TokenKind) {
    super(`no signing key of ${kind} tokens opens with this master key`)
  }
}

/** A key and its opened form. */
type RingKey = StoredKey & OpenedKey & { gone: AbortController }

/**
 * @param deps.now by which keys begin to sign and leave
 * @param deps.refreshMs how often the rows are read again
 */
export function createKeyRing(deps: {
  database: Pick<Database, 'inOps'>
  masterKey: MasterKey
  now: () => Date
  logger: Logger
  refreshMs?: number
}): KeyRing {
  const { database, masterKey, now, logger, refreshMs = REFRESH_MS } = deps
  const stopping = new AbortController()
  /** Opened once each: it costs a decryption and a thumbprint. */
  const opened = new Map<string, OpenedKey & { gone: AbortController }>()
  /** Those that were complained of. */
  const broken = new Set<string>()
  let keys: readonly RingKey[] = []
  /** By the monotonic clock; before the question was sent. */
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let following: Promise<void> | undefined
  let failing = false

  /** What doesn't open was wrapped by another master key, or written by somebody else: it doesn't count. */
  async function openOnce(
    key: StoredKey & { wrapped: Uint8Array },
  ): Promise<Omit<RingKey, keyof StoredKey> | undefined> {
    const known = opened.get(key.keyId)
    if (known) return known
    try {
      const gone = new AbortController()
      // Every socket listens that was opened with a token of the key.
      setMaxListeners(0, gone.signal)
      const open = { ...(await openSigningKey(masterKey, key)), gone }
      opened.set(key.keyId, open)
      return open
    } catch (error) {
      if (!broken.has(key.keyId)) {
        logger.error(
          { err: error, signingKeyId: key.keyId },
          'a signing key does not open, so it does not count',
        )
      }
      broken.add(key.keyId)
      return undefined
    }
  }

  async function read(): Promise<void> {
    const askedAt = performance.now()
    const stored = await database.inOps('ops_keys', null, readSigningKeys)
    const usable = stored.filter(key => isUsable(key, now()))
    const ring: RingKey[] = []
    for (const key of usable) {
      const open = await openOnce(key)
      if (open) ring.push({ ...key, ...open })
    }
    keys = ring
    readAt = askedAt
    for (const [keyId, { gone }] of opened) {
      if (usable.some(key => key.keyId === keyId)) continue
      opened.delete(keyId)
      gone.abort()
    }
  }

  function refresh(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function follow(): Promise<void> {
    const { signal } = stopping
    for (;;) {
      await delay(refreshMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      try {
        await refresh()
        failing = false
      } catch (error) {
        if (!failing && !signal.aborted) logger.error({ err: error }, 'the signing keys can not be read')
        failing = true
      }
    }
  }

  function current(): readonly RingKey[] {
    if (performance.now() - readAt > MAX_AGE_MS) {
      throw new KeysUnavailableError('the signing keys were not read for too long')
    }
    return keys
  }

  const find = (kind: TokenKind, keyId: string) =>
    current().find(key => key.kind === kind && key.keyId === keyId && isUsable(key, now()))

  return {
    async start() {
      await ensureSigningKeys({ database, masterKey, now: now() })
      await refresh()
      for (const kind of tokenKind.options) {
        if (!signingKeyAt(keys, kind, now())) throw new KeysDoNotOpenError(kind)
      }
      following = follow()
    },
    async close() {
      stopping.abort()
      await following
    },
    signer(kind) {
      const key = signingKeyAt(current(), kind, now())
      if (!key) throw new KeysUnavailableError('there is no signing key')
      return { keyId: key.keyId, privateKey: key.privateKey }
    },
    async publicKey(kind, keyId) {
      const known = find(kind, keyId)
      if (known || performance.now() - readAt < UNKNOWN_KEY_REFRESH_MS) return known?.publicKey
      // Another instance may have made it a moment ago.
      await refresh().catch(() => undefined)
      return find(kind, keyId)?.publicKey
    },
    goneOf: (kind, keyId) => find(kind, keyId)?.gone.signal,
    published() {
      return current()
        .filter(key => isUsable(key, now()))
        .map(key => key.jwk)
    },
  }
}
