import type { Page } from 'playwright-core'

/** A subscription that is taken and never answered. */
export async function silentSocket(page: Page): Promise<void> {
  await page.routeWebSocket('**/graphql', socket => {
    socket.onMessage(message => {
      if (String(message).includes('connection_init')) socket.send('{"type":"connection_ack"}')
      else if (String(message) === '{"type":"ping"}') socket.send('{"type":"pong"}')
    })
  })
}

/** Every subscription fails with a masked fault. */
export async function failingSocket(page: Page): Promise<void> {
  await page.routeWebSocket('**/graphql', socket => {
    socket.onMessage(message => {
      const { type, id } = JSON.parse(String(message)) as { type: string; id?: string }
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type === 'ping') socket.send('{"type":"pong"}')
      if (type === 'subscribe') {
        const extensions = { code: 'INTERNAL', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
        socket.send(
          JSON.stringify({ type: 'error', id, payload: [{ message: 'Internal error', extensions }] }),
        )
      }
    })
  })
}

/** The answers to one query never come. @param name of the operation */
export async function silentQuery(page: Page, name: string): Promise<void> {
  await page.route('**/graphql', route => {
    if (!isQuery(route.request().postData(), name)) return route.continue()
  })
}

/** One query fails with a masked fault. @param name of the operation */
export async function failingQuery(page: Page, name: string): Promise<void> {
  const extensions = { code: 'INTERNAL', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
  await page.route('**/graphql', route =>
    isQuery(route.request().postData(), name)
      ? route.fulfill({ json: { data: null, errors: [{ message: 'Internal error', extensions }] } })
      : route.continue(),
  )
}

function isQuery(body: string | null, name: string): boolean {
  return (JSON.parse(body ?? '{}') as { operationName?: string }).operationName === name
}
