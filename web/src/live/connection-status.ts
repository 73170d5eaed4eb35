import { useSyncExternalStore } from 'react'

/** Whether what is shown is live; `lost` holds since when it isn't. 4401 and 4403 mean that the token is refused. */
export type ConnectionStatus =
  | { phase: 'connecting' }
  | { phase: 'connected' }
  | { phase: 'lost'; since: number; refused: boolean }

let status: ConnectionStatus = { phase: 'connecting' }
const listeners = new Set<() => void>()

function change(next: ConnectionStatus): void {
  status = next
  for (const listener of listeners) listener()
}

/** Told by the socket, asked by the banner. */
export const connectionStatus = {
  connected(): void {
    change({ phase: 'connected' })
  },
  lost(closeCode: number): void {
    // Only the first loss counts: failed attempts to return must not make the picture look younger.
    const since = status.phase === 'lost' ? status.since : Date.now()
    change({ phase: 'lost', since, refused: closeCode === 4401 || closeCode === 4403 })
  },
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
