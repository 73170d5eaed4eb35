import { createLogger } from '@sightline/logging/logging'
import { logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { createOutageLog } from './outage-log.ts'

function outageLog() {
  const lines: { msg: string; repeated?: number; level: string }[] = []
  const logger = createLogger({
    name: 'test',
    destination: { write: line => lines.push(JSON.parse(line)) },
  })
  const clock = { ms: 1_000_000 }
  const log = createOutageLog({ logger, now: () => clock.ms })
  const clientSays = (message: string, level = logLevel.ERROR) =>
    log.take({
      namespace: 'Connection',
      level,
      label: '',
      log: { timestamp: '', message, logger: 'kafkajs' },
    })
  return { log, lines, clock, clientSays, told: () => lines.map(({ msg, repeated }) => [msg, repeated]) }
}

const first = ['Kafka client reports an error', undefined]
const again = (count: number) => ['Kafka client reports an error', count]

test('a complaint is written once, then counted once a minute', () => {
  const { clock, clientSays, told } = outageLog()
  for (let second = 0; second <= 130; second += 1) {
    clientSays('Connection error: connect ECONNREFUSED')
    clock.ms += 1000
  }
  expect(told()).toEqual([first, again(60), again(60)])
})

test('complaints are told apart, up to a bound', () => {
  const { clientSays, lines } = outageLog()
  clientSays('one')
  clientSays('another')
  expect(lines).toHaveLength(2)
  for (let kind = 0; kind < 1000; kind += 1) clientSays(`kind ${kind}`)
  expect(lines).toHaveLength(51)
})

test('the end of an outage is written once, with what was left to count', () => {
  const { log, clock, clientSays, told } = outageLog()
  clientSays('away')
  clientSays('away')
  log.wentThrough()
  expect(told()).toEqual([first])
  clock.ms += 5000
  log.wentThrough()
  log.wentThrough()
  expect(told()).toEqual([first, again(1), ['Kafka is reached again', undefined]])
  clientSays('away')
  expect(told().at(-1)).toEqual(first)
})

test('what goes through where nothing was amiss is no news, nor are the client’s remarks', () => {
  const { log, clientSays, lines } = outageLog()
  log.wentThrough()
  clientSays('connecting', logLevel.WARN)
  expect(lines).toEqual([])
})
