import { backoff } from '@sightline/waiting/backoff'
import { useSyncExternalStore } from 'react'
import { type Connection, connect } from './graphql/client.ts'
import {
  endSession,
  type HeldSession,
  hasPlace,
  refreshSession,
  type SessionAnswer,
  startSession,
} from './session/held-session.ts'
import { hearTabs, oneTabAtATime, tellTabs } from './session/tabs.ts'

/** Why nobody is signed in. */
export type SignedOutWhy =
  /** This browser has no session. */
  | 'no session'
  /** The sign-in link was used, ran out, or is none. */
  | 'link refused'
  /** The link is good, but its user has no access to anything. */
  | 'no access'
  /** The session was ended, or its time is over. */
  | 'ended'
  | 'signed out'
  /** Signing out did not reach the API: the browser's cookie still counts. */
  | 'not told'

/**
 * Whether somebody is signed in. The refresh token is a cookie that no script sees; the access token lives in memory
 * alone and is renewed before it ends.
 */
export type Session =
  | { phase: 'starting'; unreachable: boolean }
  | { phase: 'signed out'; why: SignedOutWhy }
  /** Signed in, but where the session is nothing is open to its user any more. */
  | { phase: 'shut out'; held: HeldSession }
  | { phase: 'signed in'; held: HeldSession; connection: Connection }

/** The session is over, or can't be renewed now: whatever needed a token can't be done. */
export class NoTokenError extends Error {
  override name = 'NoTokenError'
}

/** A token that ends within this time isn't sent any more, ms: it would end on its way. */
const TOO_LATE_MS = 2_000

/** The pauses before the API is asked again that could not be reached, ms. */
const RETRY_AFTER_MS = { first: 300, longest: 5_000 }

/** How long another tab's answer is waited for that renewed the session, ms, and in which steps. */
const SHARED_WITHIN_MS = 15_000
const SHARED_STEP_MS = 250

let session: Session = { phase: 'starting', unreachable: false }
const listeners = new Set<() => void>()
let renewal: ReturnType<typeof setTimeout> | undefined
let renewing: Promise<SessionAnswer> | undefined
/** Refusals in a row of tokens that the API itself had just given. */
let refusals = 0

function change(next: Session): void {
  const before = session
  session = next
  if (before.phase === 'signed in' && (next.phase !== 'signed in' || next.connection !== before.connection)) {
    before.connection.close()
  }
  if (next.phase !== 'signed in') clearTimeout(renewal)
  for (const listener of listeners) listener()
}

const held = (): HeldSession | undefined => ('held' in session ? session.held : undefined)

/** Goes on with what the API or another tab gave. */
function hold(next: HeldSession): void {
  const same = session.phase === 'signed in' && session.held.sessionId === next.sessionId
  if (!hasPlace(next)) {
    change({ phase: 'shut out', held: next })
    return
  }
  if (session.phase === 'signed in' && same) {
    const { connection } = session
    change({ phase: 'signed in', held: next, connection })
    connection.renewed(next.accessToken)
  } else {
    refusals = 0
    change({ phase: 'signed in', held: next, connection: open() })
  }
  clearTimeout(renewal)
  renewal = setTimeout(() => void renew(), Math.max(1_000, next.renewAt - Date.now()))
}

/** A way to the API under the session of the moment. */
function open(): Connection {
  const isCurrent = () => session.phase === 'signed in' && session.connection === connection
  const connection: Connection = connect({
    token: freshToken,
    renewedToken,
    onAccepted() {
      if (isCurrent()) refusals = 0
    },
    onRefused() {
      if (!isCurrent()) return
      refusals += 1
      const current = held()
      // A token that is fresh from the API is refused: there is nothing here for its user.
      if (refusals > 1 && current) change({ phase: 'shut out', held: current })
      else void renew()
    },
    onRightsChanged() {
      // What was read under other rights is forgotten; all that is shown is asked for anew.
      if (isCurrent() && session.phase === 'signed in') change({ ...session, connection: open() })
    },
  })
  return connection
}

function end(why: SignedOutWhy): void {
  change({ phase: 'signed out', why })
}

/** Renews the session, one tab at a time; the others are told. */
function renew(tenantId?: string | null): Promise<SessionAnswer> {
  renewing ??= renewOnce(tenantId).finally(() => {
    renewing = undefined
  })
  return renewing
}

async function renewOnce(tenantId: string | null | undefined): Promise<SessionAnswer> {
  const before = held()?.accessToken
  const answer = await oneTabAtATime(async (): Promise<SessionAnswer> => {
    // Whoever signed out while this tab waited for its turn has no session to renew.
    if (session.phase === 'signed out') return { outcome: 'over' }
    const other = held()
    // While this tab waited for its turn another one renewed it, and told.
    if (tenantId === undefined && other && other.accessToken !== before) {
      return { outcome: 'held', session: other }
    }
    const began = Date.now()
    for (;;) {
      const asked = await refreshSession(tenantId)
      if (asked.outcome !== 'refreshed' || Date.now() - began > SHARED_WITHIN_MS) return asked
      await new Promise(resolve => setTimeout(resolve, SHARED_STEP_MS))
    }
  })
  if (answer.outcome === 'held') {
    if (answer.session.accessToken !== held()?.accessToken) {
      hold(answer.session)
      tellTabs({ kind: 'held', session: answer.session })
    }
  } else if (answer.outcome === 'over') {
    if (session.phase === 'signed out') return answer
    const ended = session.phase === 'signed in' || session.phase === 'shut out'
    if (ended) tellTabs({ kind: 'ended', why: 'ended' })
    end(ended ? 'ended' : 'no session')
  } else if (session.phase === 'signed in') {
    clearTimeout(renewal)
    renewal = setTimeout(() => void renew(), RETRY_AFTER_MS.longest)
  }
  return answer
}

/** An access token that doesn't end at once. @throws NoTokenError */
export async function freshToken(): Promise<string> {
  if (renewing) await renewing
  const current = held()
  if (current && current.endsAt - Date.now() > TOO_LATE_MS) return current.accessToken
  return renewedToken()
}

/** The next access token, where the one at hand was refused. @throws NoTokenError */
export async function renewedToken(): Promise<string> {
  const answer = await renew()
  if (answer.outcome === 'held') return answer.session.accessToken
  throw new NoTokenError('there is no session')
}

/**
 * Goes on in another tenant, in every tab, or with null as a system administrator. Gives whether it could be done.
 */
export async function switchTenant(tenantId: string | null): Promise<boolean> {
  if (renewing) await renewing
  return (await renew(tenantId)).outcome === 'held'
}

/** Goes on with the session of this browser, if it has one. */
export function resume(): Promise<void> {
  return begin(() => renew())
}

/** Ends the session of this browser, in every tab. */
export async function signOut(): Promise<void> {
  const ended = await oneTabAtATime(endSession)
  if (ended) tellTabs({ kind: 'ended', why: 'signed out' })
  end(ended ? 'signed out' : 'not told')
}

/** Asks until the API can be reached. */
async function begin(ask: () => Promise<SessionAnswer>): Promise<void> {
  change({ phase: 'starting', unreachable: false })
  for (let attempt = 0; ; attempt++) {
    const { outcome } = await ask()
    if (session.phase !== 'starting') return
    if (outcome === 'no access') return end('no access')
    if (outcome !== 'unreachable' && outcome !== 'refreshed') return
    change({ phase: 'starting', unreachable: true })
    await new Promise(resolve => setTimeout(resolve, backoff(attempt, RETRY_AFTER_MS)))
  }
}

/** Takes `#sign-in=…` out of the address, so that it stays in no history and no screenshot. */
function takeSecretFromAddress(): string | undefined {
  const secret = new URLSearchParams(window.location.hash.slice(1)).get('sign-in')
  if (secret === null) return undefined
  window.history.replaceState(null, '', window.location.pathname + window.location.search)
  return secret
}

/** Starts the session that a sign-in link in the address is for; otherwise goes on with the browser's. */
export function beginSession(): void {
  const secret = takeSecretFromAddress()
  if (secret === undefined) {
    void resume()
    return
  }
  void begin(async () => {
    const answer = await oneTabAtATime(() => startSession(secret))
    if (answer.outcome === 'held') {
      hold(answer.session)
      tellTabs({ kind: 'held', session: answer.session })
    } else if (answer.outcome === 'over') end('link refused')
    return answer
  })
}

hearTabs(news => {
  if (news.kind === 'held') hold(news.session)
  // Why it ended is said best by the tab in which somebody signed out.
  else if (session.phase !== 'signed out' || news.why === 'signed out') end(news.why)
})

// A link that is opened where the page is already changes the fragment alone.
window.addEventListener('hashchange', () => {
  if (window.location.hash.startsWith('#sign-in=')) beginSession()
})

document.addEventListener('visibilitychange', () => {
  // Timers of a page that nobody sees, or of a machine that slept, are late.
  if (document.visibilityState !== 'visible' || session.phase !== 'signed in') return
  if (session.held.renewAt <= Date.now()) void renew()
})

export function useSession(): Session {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => session,
  )
}
