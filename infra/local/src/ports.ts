import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A TCP port on 127.0.0.1 that nobody listens on now.
 *
 * It lies below the range that systems take for outgoing connections. A server that is killed and started
 * again needs its port back, and clients that try to reach it meanwhile could otherwise be given that very
 * port as their own (a connection to oneself), which blocks it.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(10_240, 32_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free TCP port was found between 10240 and 32000 on 127.0.0.1')
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
