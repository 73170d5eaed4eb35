/**
 * The access token of this page. It lives in memory alone: it arrives in the fragment of the address, which is
 * removed at once, or is pasted by hand.
 */
let token: string | undefined

const listeners = new Set<() => void>()

/** Takes `#token=…` out of the address, so that it stays in no history and no screenshot. */
export function takeTokenFromAddress(): void {
  const fragment = new URLSearchParams(window.location.hash.slice(1))
  const given = fragment.get('token')
  if (!given) return
  token = given
  window.history.replaceState(null, '', window.location.pathname + window.location.search)
}

export function currentToken(): string | undefined {
  return token
}

/** Signs in with another token, or out with none. */
export function setToken(next: string | undefined): void {
  token = next
  for (const listener of listeners) listener()
}

/** For `useSyncExternalStore`. */
export function onTokenChanged(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
