import {
  ClaimStreamDocument,
  RenewLeaseDocument,
  ReportStreamEndedDocument,
  ReportStreamLiveDocument,
  StopStreamDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { defaultCommandSettings } from '../commands.ts'
import { createSweeper } from '../sweeper/sweeper.ts'
import { useTestApi } from '../test-api.ts'

const leaseMs = 15_000
const api = await useTestApi({ leaseMs, sweepIntervalMs: 100 })
type Node = Awaited<ReturnType<typeof api.mediaNode>>
type Session = { tenantId: string; cameraId: string; streamId: string }
const video = { codec: 'h264', profile: 'High', width: 640, height: 360, reencoded: false }
const refused = (code: string) => ({ __typename: 'Rejection', code })

async function wantedStream() {
  const person = await api.person()
  const cameraId = await api.registerCamera(person, await api.createSite(person))
  const streamId = await api.startStream(person, cameraId)
  const session: Session = { tenantId: person.tenantId, cameraId, streamId }
  const events = () => api.eventTypes('stream', person.tenantId, streamId)
  const stop = async () =>
    (await api.send(person.token, StopStreamDocument, { input: { cameraId, streamId } })).stopStream
  return { session, events, stop }
}

const claim = async (node: Node, session: Session) =>
  (await api.send(node.token, ClaimStreamDocument, { input: session })).claimStream
const epochInput = ({ tenantId, streamId }: Session, epoch: number) => ({
  input: { tenantId, streamId, epoch },
})
const renew = async (node: Node, session: Session, epoch: number) =>
  (await api.send(node.token, RenewLeaseDocument, epochInput(session, epoch))).renewLease
const reportLive = async (node: Node, session: Session, epoch: number) =>
  (await api.send(node.token, ReportStreamLiveDocument, { ...epochInput(session, epoch), video }))
    .reportStreamLive
const reportEnded = async (node: Node, session: Session, epoch: number) =>
  (await api.send(node.token, ReportStreamEndedDocument, epochInput(session, epoch))).reportStreamEnded

async function claimed(node: Node, session: Session): Promise<number> {
  const answer = await claim(node, session)
  if (answer.__typename !== 'StreamClaim') throw new Error(JSON.stringify(answer))
  return answer.epoch
}

test('of nodes that claim at once, one gets the session', async () => {
  const { session, events } = await wantedStream()
  const nodes = await Promise.all([api.mediaNode(), api.mediaNode(), api.mediaNode(), api.mediaNode()])
  const answers = await Promise.all(nodes.map(node => claim(node, session)))
  expect(answers.filter(answer => answer.__typename === 'StreamClaim')).toMatchObject([{ epoch: 0, leaseMs }])
  for (const answer of answers) {
    if (answer.__typename === 'Rejection') expect(answer.code).toBe('CLAIMED_BY_ANOTHER')
  }
  expect((await events()).filter(type => type === 'StreamClaimed')).toHaveLength(1)
})

test('a node that claims again keeps its epoch', async () => {
  const { session, events } = await wantedStream()
  const node = await api.mediaNode()
  const epoch = await claimed(node, session)
  expect(await reportLive(node, session, epoch)).toMatchObject({ __typename: 'CommandAccepted' })
  expect(await claimed(node, session)).toBe(epoch)
  expect(await renew(node, session, epoch)).toMatchObject({ __typename: 'LeaseRenewed' })
  expect(await events()).toEqual(['StreamClaimed', 'StreamWentLive'])
})

test('a paused node loses its session, and reports in vain when it wakes up', async () => {
  const { session, events } = await wantedStream()
  const [paused, other] = [await api.mediaNode(), await api.mediaNode()]
  const oldEpoch = await claimed(paused, session)
  await reportLive(paused, session, oldEpoch)
  await api.eventuallyInTime(async () => expect(await events()).toContain('StreamNodeLost'))
  const epoch = await claimed(other, session)
  expect(epoch).toBeGreaterThan(oldEpoch)

  expect(await renew(paused, session, oldEpoch)).toMatchObject(refused('STALE_EPOCH'))
  expect(await reportLive(paused, session, oldEpoch)).toMatchObject(refused('STALE_EPOCH'))
  expect(await reportEnded(paused, session, oldEpoch)).toMatchObject(refused('STALE_EPOCH'))
  expect(await reportLive(paused, session, epoch)).toMatchObject(refused('CLAIMED_BY_ANOTHER'))
  expect(await claim(paused, session)).toMatchObject(refused('CLAIMED_BY_ANOTHER'))
  expect(await reportLive(other, session, epoch)).toMatchObject({ __typename: 'CommandAccepted' })
  expect(await events()).toEqual([
    'StreamClaimed',
    'StreamWentLive',
    'StreamNodeLost',
    'StreamClaimed',
    'StreamWentLive',
  ])
})

test('a lease that is renewed is not lost', async () => {
  const kept = await wantedStream()
  const lost = await wantedStream()
  const node = await api.mediaNode()
  const epoch = await claimed(node, kept.session)
  await claimed(node, lost.session)
  await api.eventuallyInTime(async () => {
    await renew(node, kept.session, epoch)
    expect(await lost.events()).toContain('StreamNodeLost')
  })
  expect(await kept.events()).toEqual(['StreamClaimed'])
})

test('however many sweep, each lost lease is one event', async () => {
  const { eventLog, database, objects, logger, now } = api
  const settings = { ...defaultCommandSettings, leaseMs, sweepIntervalMs: 20 }
  const sweepers = [1, 2, 3].map(() => createSweeper({ eventLog, database, objects, settings, now, logger }))
  for (const sweeper of sweepers) sweeper.start()
  const node = await api.mediaNode()
  const streams = await Promise.all(Array.from({ length: 8 }, wantedStream))
  await Promise.all(streams.map(({ session }) => claimed(node, session)))
  await api.eventuallyInTime(async () => {
    for (const { events } of streams) expect(await events()).toContain('StreamNodeLost')
  })
  await Promise.all(sweepers.map(sweeper => sweeper.close()))
  for (const { events } of streams) expect(await events()).toEqual(['StreamClaimed', 'StreamNodeLost'])
})

test('a session that nobody wants ends with its lease', async () => {
  const { session, events, stop } = await wantedStream()
  await claimed(await api.mediaNode(), session)
  expect(await stop()).toMatchObject({ __typename: 'CommandAccepted' })
  await api.eventuallyInTime(async () => expect(await events()).toEqual(['StreamClaimed', 'StreamEnded']))
})

test('a session that was lost ends once nobody wants it', async () => {
  const { session, events, stop } = await wantedStream()
  await claimed(await api.mediaNode(), session)
  await api.eventuallyInTime(async () => expect(await events()).toEqual(['StreamClaimed', 'StreamNodeLost']))
  await stop()
  await api.eventuallyInTime(async () => {
    expect(await events()).toEqual(['StreamClaimed', 'StreamNodeLost', 'StreamEnded'])
  })
})

test('a node lets go of what is not wanted: it has ended; of what is wanted: anyone may claim it', async () => {
  const node = await api.mediaNode()
  const ending = await wantedStream()
  const epoch = await claimed(node, ending.session)
  await ending.stop()
  expect(await reportEnded(node, ending.session, epoch)).toMatchObject({ __typename: 'CommandAccepted' })
  expect(await reportEnded(node, ending.session, epoch)).toMatchObject({ __typename: 'CommandAccepted' })
  expect(await ending.events()).toEqual(['StreamClaimed', 'StreamEnded'])
  expect(await claim(node, ending.session)).toMatchObject(refused('NOT_WANTED'))

  const leaving = await wantedStream()
  const held = await claimed(node, leaving.session)
  await reportEnded(node, leaving.session, held)
  expect(await leaving.events()).toEqual(['StreamClaimed', 'StreamNodeLost'])
  expect(await renew(node, leaving.session, held)).toMatchObject(refused('STALE_EPOCH'))
  expect(await claimed(await api.mediaNode(), leaving.session)).toBe(2)
})

test('a claim whose node was lost before its epoch was noted is found by its lease', async () => {
  const { session, events } = await wantedStream()
  const node = await api.mediaNode()
  await claimed(node, session)
  // What is left of an API that was killed between the claim's event and its note.
  await api.database.inOps('ops_api', null, sql =>
    sql('/* interruptedClaim */ update ops.leases set epoch = null where stream_id = $1', [session.streamId]),
  )
  await api.eventuallyInTime(async () => expect(await events()).toEqual(['StreamClaimed', 'StreamNodeLost']))
})

test('what no camera wants can not be claimed', async () => {
  const { session } = await wantedStream()
  const node = await api.mediaNode()
  expect(await claim(node, { ...session, streamId: v7() })).toMatchObject(refused('NOT_WANTED'))
  expect(await claim(node, { ...session, cameraId: v7() })).toMatchObject(refused('NOT_FOUND'))
  expect(await claim(node, { ...session, tenantId: v7() })).toMatchObject(refused('NOT_FOUND'))
  const other = await wantedStream()
  expect(await claim(node, { ...session, streamId: other.session.streamId })).toMatchObject(
    refused('NOT_WANTED'),
  )
})
