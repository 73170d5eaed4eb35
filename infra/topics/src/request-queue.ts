import { createRequire } from 'node:module'

/** The requests of one connection to a broker, as kafkajs keeps them: nothing public leads to it. */
interface RequestQueue {
  /** Those that the connection can't take yet. */
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
  prototype: RequestQueue
}
const schedule = prototype.scheduleCheckPendingRequests

// From its first answer on, each connection otherwise looks a thousand times a second for requests that wait, whether
// any does or not (https://github.com/tulios/kafkajs/issues/1704). A request that comes to wait is looked after when it
// comes, and again when an answer makes room for it.
prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) schedule.call(this)
}
