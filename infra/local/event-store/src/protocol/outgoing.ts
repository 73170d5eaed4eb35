import type { ServerWritableStream } from '@grpc/grpc-js'

/** Bytes that may lie between this server and a reader's transport before the server waits for the reader. */
const unsentLimit = 64 * 1024

/** The way out to one reader. A slow reader makes `send` wait; a reader that went away makes it answer false. */
export type Outgoing = {
  /** Hands over one message; false once the call has ended. */
  send(message: Uint8Array): Promise<boolean> | boolean
}

/** @param call - a call that nothing else writes to */
export function createOutgoing(call: ServerWritableStream<unknown, Uint8Array>): Outgoing {
  let unsent = 0
  let ended = call.cancelled
  let wake: (() => void) | undefined

  function wakeWaiting(): void {
    wake?.()
    wake = undefined
  }
  // A cancelled call never calls back for what was written to it.
  for (const end of ['cancelled', 'close', 'error']) {
    call.on(end, () => {
      ended = true
      wakeWaiting()
    })
  }

  return {
    send(message) {
      if (ended) return false
      unsent += message.length
      call.write(message, () => {
        unsent -= message.length
        if (unsent < unsentLimit) wakeWaiting()
      })
      if (unsent < unsentLimit) return true
      return new Promise(resolve => {
        wake = () => resolve(!ended)
      })
    },
  }
}
