import { describe, expect, test } from 'vitest'
import { createLogger, type Logger } from './logging.ts'

/** Everything that a test plants; no line may hold any of it. */
const planted = {
  name: 'Zephyrine Planted',
  email: 'zephyrine@planted.example',
  password: 'p@ss/w0rd?planted',
  token: 'planted-token-4711',
  vector: [0.123454321, 0.567898765],
}

function logging(level: 'debug' | 'info' = 'info') {
  const lines: string[] = []
  const logger = createLogger({ name: 'test', level, destination: { write: line => void lines.push(line) } })
  return { lines, logger, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> }
}

function holds(text: string): string[] {
  const secrets = [
    planted.name,
    'Zephyrine',
    planted.email,
    planted.password,
    'w0rd?planted',
    planted.token,
    '0.123454321',
  ]
  return secrets.filter(secret => text.includes(secret))
}

test('a line tells time, level, service, fields and sentence', () => {
  const { logger, last } = logging()
  logger.info({ port: 4000, position: 12345678901234567890n }, 'started')
  expect(last()).toMatchObject({
    level: 'info',
    service: 'test',
    port: 4000,
    position: '12345678901234567890',
    msg: 'started',
  })
  expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('a sentence needs no fields, and a level below the wanted one writes nothing', () => {
  const { logger, lines, last } = logging()
  logger.info('started')
  expect(last().msg).toBe('started')
  logger.debug({ port: 1 }, 'not wanted')
  expect(lines).toHaveLength(1)
})

describe('values under secret keys', () => {
  const cases: [string, object][] = [
    ['at the top', { name: planted.name, email: planted.email, password: planted.password }],
    [
      'nested',
      { command: { person: { name: planted.name }, camera: { address: `rtsp://a:${planted.password}@c` } } },
    ],
    ['in lists', { people: [{ name: planted.name }, { fullName: planted.name }] }],
    ['in maps', { people: new Map([['name', planted.name]]) }],
    ['whole objects', { source: { anything: planted.token }, credentials: [planted.token] }],
    [
      'vectors',
      { vector: planted.vector, templates: [planted.vector], template: new Float32Array(planted.vector) },
    ],
    [
      'compound names',
      { accessToken: planted.token, POSTGRES_PASSWORD_OPS_API: planted.token, secretHash: planted.token },
    ],
    [
      'headers',
      {
        headers: {
          authorization: planted.token,
          Cookie: planted.token,
          'X-Api-Key': 'x',
          'set-cookie': planted.token,
        },
      },
    ],
    ['a pairing code', { code: planted.token }],
    [
      'under a deep path',
      { a: { b: { c: { d: { e: { f: { g: { h: { i: { note: planted.token } } } } } } } } } },
    ],
  ]
  test.each(cases)('%s', (_, fields) => {
    const { logger, lines } = logging()
    logger.error(fields, 'failed')
    expect(holds(lines[0]!)).toEqual([])
  })

  test('an absent value stays absent, other values stay', () => {
    const { logger, last } = logging()
    logger.info({ source: null, cameraId: 'c1', count: 2, ok: false }, 'looked up')
    expect(last()).toMatchObject({ source: null, cameraId: 'c1', count: 2, ok: false })
  })

  test('child loggers redact what they carry', () => {
    const { logger, lines, last } = logging()
    const child: Logger = logger
      .child({ email: planted.email, cameraId: 'c1' })
      .child({ url: `rtsp://u:${planted.password}@h` })
    child.info({ personName: planted.name }, 'seen')
    expect(holds(lines[0]!)).toEqual([])
    expect(last()).toMatchObject({ cameraId: 'c1', service: 'test' })
  })
})

describe('texts', () => {
  const address = `rtsp://admin:${planted.password}@10.0.0.7:554/stream?channel=1&auth=${planted.token}`

  test('an address keeps its host and loses its credentials and its query', () => {
    const { logger, lines, last } = logging()
    logger.warn({ detail: `could not open ${address} in time` }, 'camera unreachable')
    expect(holds(lines[0]!)).toEqual([])
    expect(last().detail).toContain('10.0.0.7:554/stream')
    expect(last().detail).toContain('in time')
  })

  test('errors, their stacks, causes, lists and own fields', () => {
    const { logger, lines, last } = logging()
    const cause = new Error(`dial ${address}`)
    const error = Object.assign(new TypeError(`ffmpeg: ${address}: 401`, { cause }), {
      code: 'ECONNREFUSED',
      token: planted.token,
      url: new URL('https://zephyrine@planted.example/x?token=planted-token-4711'),
    })
    logger.error({ err: error, failure: new AggregateError([cause], planted.email) }, 'ingest failed')
    logger.error(error as unknown as object, `could not open ${address}`)
    ;(logger.error as unknown as (error: Error) => void)(error)
    for (const line of lines) expect(holds(line)).toEqual([])
    expect(lines).toHaveLength(3)
    expect(last().err).toMatchObject({ type: 'TypeError', code: 'ECONNREFUSED' })
    expect((last().err as { stack: string }).stack).toContain('logging.test.ts')
  })

  test('what an error of the database quotes of a row', () => {
    const { logger, lines, last } = logging()
    const error = Object.assign(new Error('null value in column "key_id"'), {
      code: '23502',
      table: 'people_v1',
      detail: `Failing row contains (7, ${planted.name}).`,
      where: `JSON data, line 1: [{"sortName":"${planted.name}"...`,
      internalQuery: `select '${planted.name}'`,
    })
    logger.error({ err: new Error('the projector stopped', { cause: error }) }, 'failed')
    expect(holds(lines[0]!)).toEqual([])
    expect(last().err).toMatchObject({ cause: { code: '23502', table: 'people_v1' } })
  })

  test('an error code of lower case is none, and is not shown', () => {
    const { logger, lines } = logging()
    logger.error({ err: Object.assign(new Error('refused'), { code: planted.token }) }, 'failed')
    expect(holds(lines[0]!)).toEqual([])
  })

  test.each([
    ['bearer tokens', `authorization was Bearer ${planted.token}`],
    ['JWTs', `got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ6ZXBoIn0.${planted.token} again`],
    ['API keys', 'used sl_live_k1_plantedtoken'],
    ['API keys of machines', 'used sl_media_node_0199c1c4-3c5e-7a21-9b1c-2f6a3d1e4b5c_plantedtoken'],
    ['query strings of paths', `GET /graphql?token=${planted.token} took 3 ms`],
    ['addresses of pictures', `GET /crops/${'A'.repeat(60)} was refused`],
    ['e-mail addresses', `no user <${planted.email}>`],
    ['database addresses', `postgres://owner:${planted.password}@127.0.0.1:5432/sightline`],
  ])('%s', (_, text) => {
    const { logger, lines } = logging()
    logger.info({ detail: text }, 'noticed')
    logger.info(text)
    for (const line of lines) {
      expect(holds(line)).toEqual([])
      expect(line).not.toContain('plantedtoken')
      expect(line).not.toContain('AAAAAAAA')
      expect(line).not.toContain('eyJhbG')
    }
  })

  test('a text without any of that stays as it is', () => {
    const { logger, last } = logging()
    const text = 'what? 5 > 3: see https://docs.example/rtsp, @sightline/event-log and C:\\x'
    logger.info({ detail: text }, 'noticed')
    expect(last().detail).toBe(text)
  })
})

test('bytes, cycles, endless lists and long texts are cut', () => {
  const { logger, last } = logging()
  const cycle: Record<string, unknown> = { id: 1 }
  cycle.self = cycle
  logger.info(
    {
      jpeg: Buffer.alloc(900_000),
      cycle,
      list: Array.from({ length: 5_000 }, (_, i) => i),
      text: 'x'.repeat(100_000),
    },
    'big',
  )
  expect(last()).toMatchObject({ jpeg: '[900000 bytes]', cycle: { id: 1, self: '[circular]' } })
  expect(JSON.stringify(last()).length).toBeLessThan(10_000)
})
