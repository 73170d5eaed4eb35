import type { Sql } from '@sightline/database/sql'
import { type ListedFor, type NameKey, type Page, type PageRequest, pageOf, pagesByOwner } from '../page.ts'
import { fewOf } from '../scope.ts'
import { selectList } from '../table.ts'
import { type AgentRow, agents } from './table.ts'

export type { AgentRow } from './table.ts'

const select = `select ${selectList(agents, 'a')} from ${agents.sqlName} a`

/** Agents by their ids, in no order; absent ones are left out. */
export function agentsByIds(read: Sql, ids: readonly string[]): Promise<AgentRow[]> {
  return read<AgentRow>(`/* agentsByIds */ ${select} where a.id = any($1::uuid[]) and not a.removed`, [ids])
}

/** All agents: what a subscription starts with. */
export function allAgents(read: Sql, { scope }: ListedFor = {}): Promise<AgentRow[]> {
  return read<AgentRow>(
    `/* allAgents */ ${select} where not a.removed and ($1::uuid[] is null or a.site_id = any($1))
     order by a.name, a.id`,
    [fewOf(scope)?.siteIds ?? null],
  )
}

/** A page of agents by name. */
export async function agentPage(
  read: Sql,
  { first, after, scope }: PageRequest<NameKey> & ListedFor,
): Promise<Page<AgentRow>> {
  const rows = await read<AgentRow>(
    `/* agentPage */ ${select}
     where not a.removed and ($1::text is null or (a.name, a.id) > ($1, $2::uuid))
       and ($3::uuid[] is null or a.site_id = any($3))
     order by a.name, a.id limit $4`,
    [after?.name ?? null, after?.id ?? null, fewOf(scope)?.siteIds ?? null, first + 1],
  )
  return pageOf(rows, first)
}

/** The same page of each site's agents, by site. */
export async function agentPagesOfSites(
  read: Sql,
  siteIds: readonly string[],
  { first, after }: PageRequest<NameKey>,
): Promise<Map<string, Page<AgentRow>>> {
  const rows = await read<AgentRow>(
    `/* agentPagesOfSites */ select page.* from unnest($1::uuid[]) as site (id) cross join lateral (
       ${select} where a.site_id = site.id and not a.removed
         and ($2::text is null or (a.name, a.id) > ($2, $3::uuid))
       order by a.name, a.id limit $4) page`,
    [siteIds, after?.name ?? null, after?.id ?? null, first + 1],
  )
  return pagesByOwner(rows, siteIds, row => row.siteId, first)
}

/** Agents that changed after a position, removed ones too, in the order of their last change. */
export function agentsChangedAfter(read: Sql, { position }: { position: bigint }): Promise<AgentRow[]> {
  return read<AgentRow>(`/* agentsChangedAfter */ ${select} where a.position > $1 order by a.position`, [
    position,
  ])
}
