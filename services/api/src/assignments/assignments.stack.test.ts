import {
  AssignmentsChangedDocument,
  type AssignmentsChangedSubscription,
  ClaimStreamDocument,
} from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi()
await useProjector(api)

test('the address with its password is shown to the node that holds the claim, and to nobody else', async () => {
  const person = await api.person()
  const cameraId = await api.registerCamera(person, await api.createSite(person))
  const streamId = await api.startStream(person, cameraId)
  const [holder, other] = await Promise.all([api.mediaNode(), api.mediaNode()])
  const follow = ({ token }: { token: string }) => {
    const subscription = subscribe<AssignmentsChangedSubscription, object>(
      api.url,
      token,
      AssignmentsChangedDocument,
      {},
    )
    const seen: AssignmentsChangedSubscription['assignmentsChanged']['changed'][number][] = []
    return {
      seen,
      close: subscription.close,
      async until(wanted: (assignment: (typeof seen)[number]) => boolean) {
        for (;;) {
          const found = seen.find(assignment => assignment.streamId === streamId && wanted(assignment))
          if (found) return found
          seen.push(...(await subscription.next()).data!.assignmentsChanged.changed)
        }
      },
    }
  }
  const [holders, others] = [follow(holder), follow(other)]
  for (const { until } of [holders, others]) {
    expect(await until(() => true)).toMatchObject({
      tenantId: person.tenantId,
      cameraId,
      session: 1,
      claim: null,
      source: null,
      status: 'OFFLINE',
    })
  }
  const { claimStream } = await api.send(holder.token, ClaimStreamDocument, {
    input: { tenantId: person.tenantId, cameraId, streamId },
  })
  if (claimStream.__typename !== 'StreamClaim') throw new Error(claimStream.code)
  const claim = { nodeId: holder.nodeId, epoch: claimStream.epoch }
  expect(await holders.until(assignment => assignment.claim !== null)).toMatchObject({
    claim,
    source: 'rtsp://user:secret@camera.example/live',
  })
  expect(await others.until(assignment => assignment.claim !== null)).toMatchObject({ claim, source: null })
  holders.close()
  others.close()
  expect(JSON.stringify(others.seen)).not.toContain('secret')
})
