import {
  type AgentRow,
  agentPage,
  agentsByIds,
  agentsChangedAfter,
  allAgents,
} from '@sightline/projections/agents/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { sought } from '../access/scoped.ts'
import { byName, connection } from '../connection.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** Agents are listed by name. */
export const agentOrder = byName<AgentRow>(agent => agent.name)

/** What is read of agents. */
export function agentQueries({ follow }: { follow: Follow }) {
  return {
    Query: {
      agents: (_parent, args, context) =>
        connection(context, { query: 'agents', filter: {} }, agentOrder, args, 50, page =>
          context.read(sql => agentPage(sql, { ...page, scope: context.scope })),
        ),
      agent: async (_parent, { id }, context) =>
        (await context.read(sql => agentsByIds(sql, [sought(context, 'agent', id)])))[0] ?? null,
    },
    Agent: {
      site: (agent, _args, { loaders }) => loaders.site.load(agent.siteId),
    },
    Subscription: {
      agentsChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            of: ['agents'],
            models: ['agents'],
            everything: sql => allAgents(sql, { scope: context.scope }),
            changedAfter: (sql, position) => agentsChangedAfter(sql, { position }),
          }),
        resolve: (change: Delivery<AgentRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
