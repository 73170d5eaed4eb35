import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@sightline/logging/logging'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { healthRoutes } from './health-routes.ts'

test('however many strangers ask whether it is ready, one at a time makes work', async () => {
  let looks = 0
  const logEnd = Promise.withResolvers<bigint>()
  const routes = healthRoutes({
    database: { asPrincipal: async () => undefined as never },
    eventLog: {
      lastPosition() {
        looks += 1
        return looks === 1 ? logEnd.promise : Promise.resolve(2n)
      },
    },
    follower: { current: () => ({}) as never },
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  let asked = 0
  const app = express().use((_request, _response, next) => {
    asked += 1
    next()
  }, routes)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`)
    return response.status
  }
  const answers = Array.from({ length: 20 }, ask)
  await expect.poll(() => asked).toBe(20)
  expect(looks).toBe(1)
  logEnd.resolve(1n)
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
  // Whoever asks after that is told how it is then.
  expect(await ask()).toBe(200)
  expect(looks).toBe(2)
})
