import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server on which packets can be dropped: nothing is reset, nothing is answered, nothing arrives. */
export interface BlackHole {
  port: number
  /** From now on nothing passes, in neither direction; connections stay open and new ones are taken. */
  drop(): void
  /** What was held up passes on, as packets that are sent again do. */
  restore(): void
  close(): Promise<void>
}

/** @param target the port on 127.0.0.1 that the way leads to */
export async function startBlackHole(target: number): Promise<BlackHole> {
  const sockets = new Set<Socket>()
  let dropping = false

  const server = createServer(socket => {
    const onward = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one)
      one.on('data', data => other.write(data))
      one.on('error', () => other.destroy())
      // An end is a packet too.
      one.on('close', () => {
        sockets.delete(one)
        if (!dropping) other.destroy()
      })
      if (dropping) one.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    drop() {
      dropping = true
      for (const socket of sockets) socket.pause()
    },
    restore() {
      dropping = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
