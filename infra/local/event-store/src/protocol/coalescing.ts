import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'

/** Bytes of one call that may wait for the transport before the writer has to. */
const unsentLimit = 64 * 1024
/** What a message is taken for that isn't encoded yet: only reads send anything large, and theirs are. */
const unknownSize = 256

/**
 * Lets the small messages of a call go out together. By itself grpc-js hands over a message only when the one
 * before has reached the socket, which is one turn of the event loop a message: a fraction of the reading speed.
 */
class CoalescingCall extends ServerInterceptingCall {
  #unsent = 0
  #held: (() => void) | undefined

  override sendMessage(message: unknown, callback: () => void): void {
    const size = message instanceof Uint8Array ? message.length : unknownSize
    this.#unsent += size
    super.sendMessage(message, () => {
      this.#unsent -= size
      if (this.#unsent >= unsentLimit) return
      const held = this.#held
      this.#held = undefined
      held?.()
    })
    if (this.#unsent < unsentLimit) callback()
    else this.#held = callback
  }
}

/** Lets the messages of a call leave together, as far as they are there together. */
export const coalesceMessages: ServerInterceptor = (_method, call) => new CoalescingCall(call)
