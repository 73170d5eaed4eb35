import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { useTestApi } from '../test-api.ts'
import { upgradeRequest } from './test-upgrade.ts'

const api = await useTestApi()

/** Asks for a socket at a request target, which may be none that a browser would send. */
async function askForSocket(target: string) {
  const connection = connect({ port: Number(new URL(api.url).port), host: '127.0.0.1', allowHalfOpen: true })
  connection.on('error', () => undefined)
  const closed = new Promise(resolve => connection.once('close', resolve))
  connection.write(upgradeRequest(target))
  const [answer] = (await once(connection, 'data')) as [Buffer]
  return { connection, closed, status: answer.toString().split('\r\n')[0] }
}

test('no request target ends the process', async () => {
  for (const target of ['//', '//:99999', 'http://[', '*', '/graphql/..', '/elsewhere']) {
    const { connection, status } = await askForSocket(target)
    expect(status, target).toBe('HTTP/1.1 404 Not Found')
    connection.destroy()
  }
  expect((await fetch(`${api.url}/health/alive`)).status).toBe(200)
})

test('who is turned away is let go of, though he holds on', async () => {
  const { connection, closed } = await askForSocket('/elsewhere')
  const writing = setInterval(() => connection.write('x'), 20)
  await closed
  clearInterval(writing)
})
