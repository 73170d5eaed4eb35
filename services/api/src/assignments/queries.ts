import type { DataKeys } from '@sightline/data-keys/data-keys'
import { openSealed } from '@sightline/event-log/sealed'
import {
  type AssignmentRow,
  allAssignments,
  assignmentsChangedAfter,
} from '@sightline/projections/assignments/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import type { AccessFollower } from '../access/follower.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** What media nodes are told. */
export function assignmentQueries({
  follow,
  follower,
  dataKeys,
}: {
  follow: Follow
  follower: Pick<AccessFollower, 'current' | 'reach'>
  dataKeys: Pick<DataKeys, 'read'>
}) {
  /** Sessions of suspended tenants are nobody's to act on. */
  function assignable(rows: AssignmentRow[]): AssignmentRow[] {
    const { tenants } = follower.current()
    return rows.filter(({ tenantId }) => !tenants.get(tenantId)?.suspended)
  }

  /** Whether the node holds the session at this moment, whatever was true when the row was written. */
  async function holds(nodeId: string, { tenantId, id, position }: AssignmentRow): Promise<boolean> {
    await follower.reach(position)
    return follower.current().tenants.get(tenantId)?.held.get(id)?.nodeId === nodeId
  }

  return {
    StreamAssignment: {
      streamId: assignment => assignment.id,
      claim: ({ nodeId, epoch }) => (nodeId !== null && epoch !== null ? { nodeId, epoch } : null),
      async source(assignment, _args, { principal }) {
        // The address holds the camera's password: it exists for the node that has to use it.
        if (principal.kind !== 'media_node' || assignment.nodeId !== principal.id) return null
        if (!(await holds(principal.id, assignment))) return null
        const address = await openSealed(dataKeys, assignment.tenantId, assignment.address)
        return address === 'erased' ? null : address.toString()
      },
    },
    Subscription: {
      assignmentsChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            of: ['assignments'],
            models: ['assignments'],
            everything: async sql => assignable(await allAssignments(sql)),
            changedAfter: async (sql, position) =>
              assignable(await assignmentsChangedAfter(sql, { position })),
          }),
        resolve: (change: Delivery<AssignmentRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
