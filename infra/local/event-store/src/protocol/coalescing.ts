import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'

/** Messages of one call that may wait for the transport before the writer has to. */
const unsentLimit = 64

/**
 * Lets the small messages of a call go out together. By itself grpc-js hands over a message only when the one
 * before has reached the socket, which is one turn of the event loop a message: a seventh of the reading speed.
 */
class CoalescingCall extends ServerInterceptingCall {
  #unsent = 0
  #held: (() => void) | undefined

  override sendMessage(message: unknown, callback: () => void): void {
    this.#unsent += 1
    super.sendMessage(message, () => {
      this.#unsent -= 1
      const held = this.#held
      this.#held = undefined
      held?.()
    })
    if (this.#unsent < unsentLimit) callback()
    else this.#held = callback
  }
}

export const coalesceMessages: ServerInterceptor = (_method, call) => new CoalescingCall(call)
