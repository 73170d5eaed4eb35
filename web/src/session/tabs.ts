import type { HeldSession } from './held-session.ts'

/** What the tabs of a browser tell each other about the session that they share. */
export type TabNews =
  | { kind: 'held'; session: HeldSession }
  /** Somebody signed out, or the session ended. */
  | { kind: 'ended'; why: 'signed out' | 'ended' }

const NAME = 'sightline-session'
const channel = new BroadcastChannel(NAME)

/** Tells the other tabs. What is told stays in the memory of pages of this origin. */
export function tellTabs(news: TabNews): void {
  channel.postMessage(news)
}

/** Hears what other tabs tell. */
export function hearTabs(listener: (news: TabNews) => void): void {
  channel.addEventListener('message', event => listener(event.data as TabNews))
}

/** Does something about the session's cookie while no other tab does. */
export function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(NAME, work) as Promise<T>
}
