import { Badge, Button, Paper, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLink, IconRouter } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { lazy, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import type { AgentStatus, AgentsChangedSubscription } from '../generated/graphql.ts'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { SkeletonRows } from '../live/SkeletonRows.tsx'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'

const PairAgent = lazy(() => import('./PairAgent.tsx'))
const UnpairAgent = lazy(() => import('./UnpairAgent.tsx'))

const agentsChanged = graphql(`
  subscription AgentsChanged {
    agentsChanged {
      position
      replaces
      changed {
        id
        name
        serial
        status
        statusSince
        pairedAt
        site {
          id
          name
        }
      }
      removed
    }
  }
`)

type Agent = AgentsChangedSubscription['agentsChanged']['changed'][number]

const colors: Record<AgentStatus, string> = {
  ONLINE: 'teal',
  IDLE: 'teal',
  PROCESSING: 'blue',
  OFFLINE: 'gray',
  ERROR: 'red',
}

const words: Record<AgentStatus, string> = {
  ONLINE: 'Online',
  IDLE: 'Idle',
  PROCESSING: 'Processing',
  OFFLINE: 'Offline',
  ERROR: 'Error',
}

/** The devices that run beside the cameras, and whether they are there. */
export function AgentsPage() {
  const { site } = useSearch({ from: '__root__' })
  const agents = useLiveRows(agentsChanged, {}, data => data.agentsChanged)
  const may = useMay()
  const mayPair = may('Mutation.pairAgent')
  const [pairing, pair] = useDisclosure()
  const [unpairing, unpair] = useDisclosure()
  const [chosen, choose] = useState<Agent>()
  const isGone = agents.phase === 'live' && !agents.rows.some(({ id }) => id === chosen?.id)
  const ofSite =
    agents.phase === 'live' && site
      ? { ...agents, rows: agents.rows.filter(agent => agent.site?.id === site) }
      : agents
  return (
    <>
      <PageHeader title="Agents" text="The devices beside your cameras.">
        {mayPair && (
          <Button leftSection={<IconLink size={18} aria-hidden />} onClick={pair.open}>
            Pair agent
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={ofSite}
        skeleton={<SkeletonRows rows={4} height={52} />}
        empty={{
          icon: <IconRouter />,
          title: site ? 'No agents at this site yet' : 'No agents yet',
          ...(mayPair
            ? {
                text: 'Start an agent: it shows a code of six digits. Enter it here within five minutes.',
                action: { label: 'Pair your first agent', onClick: pair.open },
              }
            : { text: 'Agents that are paired appear here.' }),
        }}
      >
        {rows => (
          <AgentTable
            agents={rows.toSorted(byName)}
            onUnpair={
              may('Mutation.unpairAgent')
                ? agent => {
                    choose(agent)
                    unpair.open()
                  }
                : undefined
            }
          />
        )}
      </LiveList>
      <OnDemand wanted={pairing}>
        <PairAgent key={site} opened={pairing} onClose={pair.close} siteId={site} />
      </OnDemand>
      <OnDemand wanted={unpairing}>
        <UnpairAgent agent={chosen} isGone={isGone} opened={unpairing} onClose={unpair.close} />
      </OnDemand>
    </>
  )
}

/** One row an agent; on a phone the lesser facts stand under the name. */
function AgentTable({
  agents,
  onUnpair,
}: {
  agents: readonly Agent[]
  onUnpair: ((agent: Agent) => void) | undefined
}) {
  return (
    <Paper withBorder style={{ overflow: 'hidden' }}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th visibleFrom="sm">Since</Table.Th>
            <Table.Th visibleFrom="sm">Site</Table.Th>
            <Table.Th visibleFrom="sm">Serial number</Table.Th>
            {onUnpair && (
              <Table.Th w={96}>
                <span className="only-heard">Changes</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {agents.map(agent => (
            <Table.Tr key={agent.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text fw={600} size="sm">
                  {agent.name}
                </Text>
                <Text size="sm" c="dimmed" hiddenFrom="sm">
                  {[agent.site?.name, agent.serial].filter(Boolean).join(' · ')}
                </Text>
              </Table.Td>
              <Table.Td>
                <Badge color={colors[agent.status]} variant="light" miw="max-content">
                  {words[agent.status]}
                </Badge>
                <Text size="sm" c="dimmed" hiddenFrom="sm" mt={4}>
                  <Instant at={agent.statusSince} />
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Instant at={agent.statusSince} />
              </Table.Td>
              <Table.Td visibleFrom="sm">{agent.site?.name}</Table.Td>
              <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
                {agent.serial}
              </Table.Td>
              {onUnpair && (
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Unpair ${agent.name}`}
                    onClick={() => onUnpair(agent)}
                  >
                    Unpair
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

function byName(one: Agent, other: Agent): number {
  return one.name.localeCompare(other.name, undefined, { numeric: true }) || one.id.localeCompare(other.id)
}
