import type { DataKeys } from '@sightline/data-keys/data-keys'
import { openSealed } from '@sightline/event-log/sealed'
import {
  type AssignmentRow,
  allAssignments,
  assignmentsChangedAfter,
} from '@sightline/projections/assignments/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** What media nodes are told. */
export function assignmentQueries({
  follow,
  dataKeys,
}: {
  follow: Follow
  dataKeys: Pick<DataKeys, 'read'>
}) {
  return {
    StreamAssignment: {
      streamId: assignment => assignment.id,
      claim: ({ nodeId, epoch }) => (nodeId !== null && epoch !== null ? { nodeId, epoch } : null),
      async source(assignment, _args, { principal }) {
        // The address holds the camera's password: it exists for the node that has to use it.
        if (principal.kind !== 'media_node' || assignment.nodeId !== principal.id) return null
        const address = await openSealed(dataKeys, assignment.tenantId, assignment.address)
        return address === 'erased' ? null : address.toString()
      },
    },
    Subscription: {
      assignmentsChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            models: ['assignments'],
            everything: allAssignments,
            changedAfter: (sql, position) => assignmentsChangedAfter(sql, { position }),
          }),
        resolve: (change: Delivery<AssignmentRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
