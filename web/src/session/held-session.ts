/** A session as the API told it last. The access token is kept in memory alone. */
export interface HeldSession {
  accessToken: string
  /** When the access token ends by this machine's clock, ms since the epoch. */
  endsAt: number
  /** When it is time for the next one, ms since the epoch. */
  renewAt: number
  sessionId: string
  userId: string
  /** Null for a system administrator's. */
  tenantId: string | null
  /** The tenants that its user may have a session in. */
  tenantIds: readonly string[]
  systemAdministrator: boolean
}

/** What a request about the session comes to. */
export type SessionAnswer =
  | { outcome: 'held'; session: HeldSession }
  /** The link or the session counts no longer, or never did. */
  | { outcome: 'over' }
  /** Another tab renewed it a moment ago: the cookie is there already, or is on its way. */
  | { outcome: 'refreshed' }
  /** Nothing, or nothing there, is open to the user. */
  | { outcome: 'no access' }
  /** The API can't be reached, or can't answer now. */
  | { outcome: 'unreachable' }

/** As `/session/start` and `/session/refresh` answer. */
interface Told {
  accessToken: string
  expiresAt: string
  sessionId: string
  userId: string
  tenantId: string | null
  tenantIds: string[]
  systemAdministrator: boolean
}

/**
 * A session by what was told of it.
 * @param told.now the server's clock as it answered: this machine's own may be wrong
 * @param here this machine's clock, ms since the epoch
 */
export function heldSession(answer: Told, told: { now: number }, here: number): HeldSession {
  const { accessToken, sessionId, userId, tenantId, tenantIds, systemAdministrator } = answer
  const life = Math.max(0, Date.parse(answer.expiresAt) - told.now)
  return {
    accessToken,
    endsAt: here + life,
    renewAt: here + life * 0.75,
    sessionId,
    userId,
    tenantId,
    tenantIds,
    systemAdministrator,
  }
}

/** Whether its user has a place where the session is: a member of its tenant, which isn't suspended. */
export function hasPlace({ tenantId, tenantIds, systemAdministrator }: HeldSession): boolean {
  return tenantId === null ? systemAdministrator : tenantIds.includes(tenantId)
}

/** Asks the API to start, renew or end the browser's session. The cookie comes and goes beside the answer. */
async function ask(route: 'start' | 'refresh' | 'end', body: object): Promise<Response> {
  return fetch(`/session/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sightline-session': '1' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
  })
}

async function answerOf(asked: Promise<Response>): Promise<SessionAnswer> {
  try {
    const response = await asked
    if (response.ok) {
      const now = Date.parse(response.headers.get('date') ?? '') || Date.now()
      return { outcome: 'held', session: heldSession(await response.json(), { now }, Date.now()) }
    }
    if (response.status === 409) return { outcome: 'refreshed' }
    if (response.status === 403) return { outcome: 'no access' }
    if (response.status === 400 || response.status === 401) return { outcome: 'over' }
    return { outcome: 'unreachable' }
  } catch {
    return { outcome: 'unreachable' }
  }
}

/** Starts the session that a sign-in link is for. */
export function startSession(secret: string): Promise<SessionAnswer> {
  return answerOf(ask('start', { secret }))
}

/** Renews the session, or goes on in another tenant. */
export function refreshSession(tenantId?: string | null): Promise<SessionAnswer> {
  return answerOf(ask('refresh', tenantId === undefined ? {} : { tenantId }))
}

/** Ends the session. Gives whether the API has done it. */
export async function endSession(): Promise<boolean> {
  try {
    return (await ask('end', {})).ok
  } catch {
    return false
  }
}
