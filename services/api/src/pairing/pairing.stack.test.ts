import { streamName } from '@sightline/contracts/stream-names'
import {
  LookUpPairingDocument,
  PairAgentDocument,
  RequestPairingDocument,
  UnpairAgentDocument,
} from '@sightline/schema/operations'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { tell } from '../access/test-access-log.ts'
import { eventually, idOf, newDevice, type TestPerson, useTestApi } from '../test-api.ts'
import { machineToken } from '../test-reading.ts'

const api = await useTestApi({
  sweepIntervalMs: 100,
  wrongCodesOfTenantRate: { points: 8, seconds: 3_600 },
})

const lookUp = async (by: TestPerson, code: string) =>
  (await api.send(by.token, LookUpPairingDocument, { code })).lookUpPairing
const pair = async (by: TestPerson, code: string, siteId: string, commandId?: string) =>
  (await api.send(by.token, PairAgentDocument, { input: { code, siteId, commandId } })).pairAgent
const unpair = async (by: TestPerson, agentId: string, commandId?: string) =>
  (await api.send(by.token, UnpairAgentDocument, { input: { agentId, commandId } })).unpairAgent
/** A device asks for a code every few seconds: at first the API may not have heard yet that it was unpaired. */
const codeAnew = (device: ReturnType<typeof newDevice>) => eventually(() => api.requestPairing(device))
const refused = (code: string) => ({ __typename: 'Rejection', code })

async function personWithSite() {
  const person = await api.person()
  return { person, siteId: await api.createSite(person) }
}

describe('a code', () => {
  test('shows the device to whoever enters it, and pairs it', async () => {
    const { person, siteId } = await personWithSite()
    const device = await api.requestPairing()
    expect(device.code).toMatch(/^[0-9]{6}$/)
    expect(await lookUp(person, device.code)).toMatchObject({
      __typename: 'OpenPairing',
      agentId: device.agentId,
      name: 'Gate box',
      serial: 'SN-1',
    })
    expect(idOf(await pair(person, device.code, siteId))).toBe(device.agentId)
    const events = await api.eventLog.readStream(streamName('agent', person.tenantId, device.agentId))
    expect(events).toMatchObject([
      { type: 'AgentPaired', data: { siteId, name: 'Gate box', serial: 'SN-1' }, revision: 0 },
    ])
    expect(
      JSON.stringify(events, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain(device.secretHash)
  })

  test('that is wrong, expired or used is refused alike', async () => {
    const { person, siteId } = await personWithSite()
    const used = await api.requestPairing()
    idOf(await pair(person, used.code, siteId))
    const expired = await api.requestPairing()
    api.passTime(300_000)
    const fresh = await api.requestPairing()
    const wrong = fresh.code === '000000' ? '000001' : '000000'
    const answers = []
    for (const code of [wrong, expired.code, used.code, 'abc']) answers.push(await pair(person, code, siteId))
    expect(answers[0]).toMatchObject(refused('CODE_NOT_ACCEPTED'))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  })

  test('that two people enter at once pairs the agent with one of them', async () => {
    for (let round = 0; round < 5; round++) {
      const rivals = await Promise.all([personWithSite(), personWithSite()])
      const device = await api.requestPairing()
      const answers = await Promise.all(rivals.map(({ person, siteId }) => pair(person, device.code, siteId)))
      expect(answers.map(answer => answer.__typename).sort()).toEqual(['CommandAccepted', 'Rejection'])
      const paired = await Promise.all(
        rivals.map(({ person }) => api.eventTypes('agent', person.tenantId, device.agentId)),
      )
      expect(paired.flat()).toEqual(['AgentPaired'])
    }
  })

  test('that two people of one tenant enter at once is used once', async () => {
    const { person, siteId } = await personWithSite()
    const colleague = await api.person(person.tenantId)
    const device = await api.requestPairing()
    const answers = await Promise.all([
      pair(person, device.code, siteId),
      pair(colleague, device.code, siteId),
    ])
    expect(answers.map(answer => answer.__typename).sort()).toEqual(['CommandAccepted', 'Rejection'])
  })

  test('is replaced when the device asks again', async () => {
    const { person } = await personWithSite()
    const first = await api.requestPairing()
    const second = await api.requestPairing(first)
    if (first.code !== second.code) {
      expect(await lookUp(person, first.code)).toMatchObject(refused('CODE_NOT_ACCEPTED'))
    }
    expect(await lookUp(person, second.code)).toMatchObject({ agentId: first.agentId })
  })

  test('of a device is not taken away by another that gives its id', async () => {
    const { person } = await personWithSite()
    const device = await api.requestPairing()
    await api.requestPairing({ ...newDevice(), agentId: device.agentId })
    expect(await lookUp(person, device.code)).toMatchObject({ agentId: device.agentId })
  })
})

describe('guessing', () => {
  test('ends after five wrong codes of a user, even for the right one', async () => {
    const { person, siteId } = await personWithSite()
    const device = await api.requestPairing()
    for (let guess = 0; guess < 5; guess++) {
      expect(await lookUp(person, 'wrong')).toMatchObject(refused('CODE_NOT_ACCEPTED'))
    }
    expect(await lookUp(person, device.code)).toMatchObject(refused('TOO_MANY_ATTEMPTS'))
    expect(await pair(person, device.code, siteId)).toMatchObject(refused('TOO_MANY_ATTEMPTS'))
  })

  test('by many at once is counted before any code is looked up', async () => {
    const { person } = await personWithSite()
    const answers = await Promise.all(Array.from({ length: 20 }, () => lookUp(person, 'wrong')))
    const looked = answers.filter(
      answer => answer.__typename === 'Rejection' && answer.code === 'CODE_NOT_ACCEPTED',
    )
    expect(looked).toHaveLength(5)
  })

  test('by all users of a tenant together ends too', async () => {
    const { person } = await personWithSite()
    const colleague = await api.person(person.tenantId)
    for (const guesser of [person, person, person, person, colleague, colleague, colleague, colleague]) {
      expect(await lookUp(guesser, 'wrong')).toMatchObject(refused('CODE_NOT_ACCEPTED'))
    }
    expect(await lookUp(colleague, 'wrong')).toMatchObject(refused('TOO_MANY_ATTEMPTS'))
  })

  test('is not what right codes count as', async () => {
    const { person } = await personWithSite()
    const device = await api.requestPairing()
    for (let look = 0; look < 7; look++) {
      expect(await lookUp(person, device.code)).toMatchObject({ __typename: 'OpenPairing' })
    }
  })
})

describe('a pairing', () => {
  test('that is repeated with its command id is answered again', async () => {
    const { person, siteId } = await personWithSite()
    const device = await api.requestPairing()
    const commandId = v7()
    idOf(await pair(person, device.code, siteId, commandId))
    expect(idOf(await pair(person, device.code, siteId, commandId))).toBe(device.agentId)
    expect(await api.eventTypes('agent', person.tenantId, device.agentId)).toEqual(['AgentPaired'])
  })

  test('that was interrupted before its event is completed, and its credential refused until then', async () => {
    const { person, siteId } = await personWithSite()
    const device = await api.requestPairing()
    const row = { credentialId: v7(), commandId: v7(), claimedAt: api.now() }
    // What is left of an API that was killed after it had claimed the code.
    await api.database.inOps('ops_api', null, sql =>
      sql(
        `/* interruptedPairing */ insert into ops.agent_credentials
           (tenant_id, credential_id, agent_id, secret_hash, site_id, name, serial, command_id, claimed_at)
         values ($1, $2, $3, $4, $5, 'Gate box', 'SN-1', $6, $7)`,
        [
          person.tenantId,
          row.credentialId,
          device.agentId,
          device.secretHash,
          siteId,
          row.commandId,
          row.claimedAt,
        ],
      ),
    )
    expect((await api.fetchAgentToken(device)).status).toBe(401)
    expect(await api.eventTypes('agent', person.tenantId, device.agentId)).toEqual([])
    api.passTime(11_000)
    await eventually(async () => {
      expect(await api.eventTypes('agent', person.tenantId, device.agentId)).toEqual(['AgentPaired'])
    })
    expect((await api.fetchAgentToken(device)).status).toBe(200)
    expect(idOf(await pair(person, device.code, siteId, row.commandId))).toBe(device.agentId)
  })

  test('needs a site of the tenant', async () => {
    const { person } = await personWithSite()
    const other = await personWithSite()
    const device = await api.requestPairing()
    expect(await pair(person, device.code, other.siteId)).toMatchObject(refused('NOT_FOUND'))
    expect(await lookUp(person, device.code)).toMatchObject({ agentId: device.agentId })
  })

  test('can not be asked for by a device that has one', async () => {
    const { person, siteId } = await personWithSite()
    const device = await api.requestPairing()
    idOf(await pair(person, device.code, siteId))
    const { agentId, secretHash } = device
    const { requestPairing } = await api.send(undefined, RequestPairingDocument, {
      input: { agentId, secretHash, name: 'Gate box', serial: 'SN-1' },
    })
    expect(requestPairing).toMatchObject(refused('ALREADY_PAIRED'))
  })
})

describe('unpairing', () => {
  test('takes the token away at once; the device can then be paired anew, by another tenant too', async () => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    await api.heartbeat(agent.token, 'ONLINE')
    expect(idOf(await unpair(person, agent.agentId))).toBe(agent.agentId)
    await eventually(() => expect(api.heartbeat(agent.token, 'ONLINE')).rejects.toThrow('UNAUTHENTICATED'))
    expect((await api.fetchAgentToken(agent)).status).toBe(401)

    const other = await personWithSite()
    const { code } = await codeAnew(agent)
    expect(idOf(await pair(other.person, code, other.siteId))).toBe(agent.agentId)
    const { body } = await api.fetchAgentToken(agent)
    expect(decodeJwt(body.token as string)).toMatchObject({ tenant: other.person.tenantId })
    await expect(api.heartbeat(agent.token, 'ONLINE')).rejects.toThrow('UNAUTHENTICATED')
    expect(await unpair(person, agent.agentId)).toMatchObject(refused('NOT_FOUND'))
  })

  test('and pairing anew by the same tenant makes a credential of its own', async () => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    idOf(await unpair(person, agent.agentId))
    const { code } = await codeAnew(agent)
    idOf(await pair(person, code, siteId))
    await eventually(() => expect(api.heartbeat(agent.token, 'ONLINE')).rejects.toThrow('UNAUTHENTICATED'))
    const { body } = await api.fetchAgentToken(agent)
    expect(await api.heartbeat(body.token as string, 'ONLINE')).toMatchObject({
      __typename: 'HeartbeatReceived',
    })
    const types = ['AgentPaired', 'AgentUnpaired', 'AgentPaired', 'AgentStatusChanged']
    expect(await api.eventTypes('agent', person.tenantId, agent.agentId)).toEqual(types)
  })

  test('that is repeated with its command id is answered again', async () => {
    const { person, siteId } = await personWithSite()
    const { agentId } = await api.pairedAgent(person, siteId)
    const commandId = v7()
    const first = await unpair(person, agentId, commandId)
    expect(await unpair(person, agentId, commandId)).toEqual(first)
    expect(await unpair(person, agentId)).toMatchObject(refused('NOT_FOUND'))
    expect(await api.eventTypes('agent', person.tenantId, agentId)).toEqual(['AgentPaired', 'AgentUnpaired'])
  })

  test('that was interrupted after its event leaves nothing that keeps the device from a new code', async () => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    const [paired] = await api.eventLog.readStream(streamName('agent', person.tenantId, agent.agentId))
    const { credentialId } = (paired as { data: { credentialId: string } }).data
    await api.tell(tell.agentUnpaired(person.tenantId, agent.agentId, credentialId))
    await eventually(async () => expect((await api.fetchAgentToken(agent)).status).toBe(401))
    const { code } = await codeAnew(agent)
    idOf(await pair(person, code, siteId))
    expect((await api.fetchAgentToken(agent)).status).toBe(200)
  })

  test('leaves an agent that an API key lets in without a word to say', async () => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    const keyId = v7()
    await api.tell(tell.keyIssued(person.tenantId, agent.agentId, { keyId, kind: 'agent' }))
    const token = await machineToken(api, {
      principal: 'agent',
      sub: agent.agentId,
      tenant: person.tenantId,
      key: keyId,
    })
    expect(await api.heartbeat(token, 'ONLINE')).toMatchObject({ __typename: 'HeartbeatReceived' })
    idOf(await unpair(person, agent.agentId))
    expect(await api.heartbeat(token, 'ONLINE')).toMatchObject(refused('NOT_FOUND'))
  })
})

describe("an agent's token", () => {
  test('names its tenant', async () => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    expect(decodeProtectedHeader(agent.token)).toMatchObject({ alg: 'RS256', typ: 'machine+jwt' })
    const claims = decodeJwt(agent.token)
    expect(claims).toMatchObject({ sub: agent.agentId, tenant: person.tenantId, principal: 'agent' })
    expect(claims.exp! - claims.iat!).toBe(600)
  })

  test.each([
    ['another secret', () => ({ secret: newDevice().secret })],
    ['an agent that is not paired', () => newDevice()],
  ])('is refused for %s, with problem details', async (_what, changed) => {
    const { person, siteId } = await personWithSite()
    const agent = await api.pairedAgent(person, siteId)
    const answer = await api.fetchAgentToken({ ...agent, ...changed() })
    expect(answer).toEqual({
      status: 401,
      type: expect.stringContaining('application/problem+json'),
      body: { type: 'about:blank', title: 'Not paired', status: 401 },
    })
  })

  test('is refused for what is no request', async () => {
    const answer = await api.fetchAgentToken({ agentId: 'x', secret: 'y' })
    expect(answer.status).toBe(400)
    const broken = await fetch(`${api.url}/agent/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(broken.status).toBe(400)
  })
})
