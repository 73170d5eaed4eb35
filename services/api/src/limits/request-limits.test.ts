import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createRequestLimits, defaultRequestRates } from './request-limits.ts'

const person = (id: string, tenantId = 't') => ({ kind: 'person', tenantId, id, sessionId: null }) as const

function limited() {
  let clock = 0
  const limits = createRequestLimits({
    rates: {
      ...defaultRequestRates,
      requestsOfPrincipalRate: { points: 2, seconds: 60 },
      requestsOfAddressRate: { points: 3, seconds: 10 },
    },
    now: () => clock,
  })
  return { limits, passTime: (ms: number) => (clock += ms) }
}

test('a principal is refused beyond its rate until the time is over, others are not', () => {
  const { limits, passTime } = limited()
  limits.takeOf(person('anna'), 1)
  limits.takeOf(person('anna'), 1)
  expect(() => limits.takeOf(person('anna'), 1)).toThrow(GraphQLError)
  limits.takeOf(person('ben'), 1)
  limits.takeOf(person('anna', 'another tenant'), 1)
  limits.takeOf({ kind: 'agent', tenantId: 't', id: 'anna' }, 1)
  passTime(59_999)
  expect(() => limits.takeOf(person('anna'), 1)).toThrow('Too many requests; try again in 1 s')
  passTime(1)
  limits.takeOf(person('anna'), 1)
})

test('machines that serve all tenants may send more, strangers count by their address', () => {
  const { limits } = limited()
  for (let request = 0; request < 100; request++) {
    limits.takeOf({ kind: 'media_node', id: 'node' }, 1)
    limits.takeOf({ kind: 'anonymous' }, 1)
  }
})

test('an address is told how far it may go, and refused beyond that', async () => {
  const { limits, passTime } = limited()
  const app = express().use(limits.ofAddress, (_request, response) => {
    limits.takeOf(person('anna'), 1, response)
    response.send('well')
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const { status, headers } = response
    await response.text()
    return [status, headers.get('ratelimit-policy'), headers.get('ratelimit'), headers.get('retry-after')]
  }
  try {
    const policies = '"address";q=3;w=10;qu="requests", "principal";q=2;w=60;qu="points"'
    expect(await ask()).toEqual([200, policies, '"address";r=2;t=10, "principal";r=1;t=60', null])
    expect(await ask()).toEqual([200, policies, '"address";r=1;t=10, "principal";r=0;t=60', null])
    await ask()
    expect(await ask()).toEqual([429, '"address";q=3;w=10;qu="requests"', '"address";r=0;t=10', '10'])
    passTime(60_000)
    expect((await ask())[0]).toBe(200)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('no crowd of addresses makes it remember without end', () => {
  const { limits } = limited()
  for (let user = 0; user < 120_000; user++) limits.takeOf(person(String(user)), 1)
  limits.takeOf(person('last'), 1)
})

test('what costs more than is left is refused and takes nothing', () => {
  const { limits, passTime } = limited()
  expect(() => limits.takeOf(person('anna'), 3)).toThrow('Too many requests; try again in 60 s')
  limits.takeOf(person('anna'), 2)
  expect(() => limits.takeOf(person('anna'), 1)).toThrow(GraphQLError)
  passTime(60_000)
  limits.takeOf(person('anna'), 2)
})

test('a minute is told as a minute, whatever fractions the clock has', () => {
  const { limits, passTime } = limited()
  passTime(99_322.516747237)
  expect(() => limits.takeOf(person('anna'), 3)).toThrow('try again in 60 s')
})
