import { useSyncExternalStore } from 'react'
import { type Connection, connect } from './graphql/client.ts'

/**
 * Whether somebody is signed in. The access token lives in memory alone: it arrives in the fragment of the
 * address, which is removed at once, or is pasted by hand.
 */
export type Session =
  | { phase: 'signed out'; why: 'no token' | 'refused' }
  | { phase: 'signed in'; token: string; connection: Connection }

let session: Session = { phase: 'signed out', why: 'no token' }
const listeners = new Set<() => void>()

function change(next: Session): void {
  if (session.phase === 'signed in') session.connection.close()
  session = next
  for (const listener of listeners) listener()
}

/** Signs in; a token that the API refuses, now or later, signs out again. */
export function signIn(token: string): void {
  const connection = connect(token, {
    onRefused() {
      if (session.phase === 'signed in' && session.connection === connection)
        change({ phase: 'signed out', why: 'refused' })
    },
  })
  change({ phase: 'signed in', token, connection })
}

export function signOut(): void {
  change({ phase: 'signed out', why: 'no token' })
}

/** Takes `#token=…` out of the address, so that it stays in no history and no screenshot. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token')
  if (!token) return
  window.history.replaceState(null, '', window.location.pathname + window.location.search)
  signIn(token)
}

/** For what is sent beside GraphQL: pictures. */
export function currentToken(): string | undefined {
  return session.phase === 'signed in' ? session.token : undefined
}

/** The API refused the token of a request that didn't go through the connection. */
export function tokenRefused(): void {
  change({ phase: 'signed out', why: 'refused' })
}

export function useSession(): Session {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => session,
  )
}
