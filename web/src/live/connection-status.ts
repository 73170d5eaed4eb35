import { useSyncExternalStore } from 'react'

/**
 * Whether what is shown is live. While the connection is lost, `heard` tells when the server was heard last, ms
 * since the epoch: how old the picture is. It is null where nothing was shown yet. While there is one, `rightsFrom` is
 * the position from which on it tells changes of rights.
 */
export type ConnectionStatus =
  | { phase: 'connecting' }
  | { phase: 'connected'; heard: number; rightsFrom: string | undefined }
  | { phase: 'lost'; heard: number | null }

/** What the socket tells. A close that this page asked for is no loss and isn't told. */
export type ConnectionNews =
  | { what: 'opening' | 'heard' | 'lost'; at: number }
  | { what: 'connected'; at: number; rightsFrom: string | undefined }

/** The status after the news. Failed attempts to return never make the picture look younger. */
export function statusAfter(status: ConnectionStatus, news: ConnectionNews): ConnectionStatus {
  const { at } = news
  switch (news.what) {
    case 'opening':
      return { phase: 'connecting' }
    case 'connected':
      return { phase: 'connected', heard: at, rightsFrom: news.rightsFrom }
    case 'heard':
      return status.phase === 'connected' ? { ...status, heard: at } : status
    case 'lost':
      return { phase: 'lost', heard: status.phase === 'connecting' ? null : status.heard }
  }
}

let status: ConnectionStatus = { phase: 'connecting' }
const listeners = new Set<() => void>()

/** Told by the socket. */
export function tellConnection(news: ConnectionNews): void {
  const before = status
  status = statusAfter(before, news)
  // That the server was heard once more changes nothing on the page.
  if (before.phase === 'connected' && status.phase === 'connected') return
  for (const listener of listeners) listener()
}

export function useConnectionStatus(): ConnectionStatus {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => status,
  )
}
