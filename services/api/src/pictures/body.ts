import type { IncomingMessage } from 'node:http'

/** A body is read no further than this beyond its limit, so that the client still sees the answer. */
const MAX_DISCARDED = 64 * 1024 * 1024

/**
 * Reads a request's body.
 * @param limit bytes
 * @returns 'too large' as soon as the limit is passed; the rest is discarded
 * @throws Error where the client went away
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    discardBody(request)
    return Promise.resolve('too large')
  }
  return new Promise((resolve, reject) => {
    // Nothing is ever heard of it again.
    if (request.destroyed) return reject(goneError())
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      stop()
      discardBody(request)
      resolve('too large')
    }
    const onEnd = () => {
      stop()
      resolve(Buffer.concat(chunks))
    }
    const onGone = () => {
      stop()
      reject(goneError())
    }
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
    }
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

/** Lets a body that nobody wants run out, up to a bound. */
export function discardBody(request: IncomingMessage): void {
  let discarded = 0
  request.on('error', () => request.destroy())
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MAX_DISCARDED) request.destroy()
  })
}

function goneError(): Error {
  return new Error('the client went away before its request was complete')
}
