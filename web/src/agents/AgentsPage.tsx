import { Badge, Button, Paper, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRouter } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { graphql } from '../generated/gql.ts'
import type { AgentStatus } from '../generated/graphql.ts'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { PairAgent } from './PairAgent.tsx'

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
  const [pairing, pair] = useDisclosure()
  const ofSite =
    agents.phase === 'live' && site
      ? { ...agents, rows: agents.rows.filter(agent => agent.site?.id === site) }
      : agents
  return (
    <>
      <PageHeader title="Agents" text="The devices beside your cameras.">
        <Button onClick={pair.open}>Pair agent</Button>
      </PageHeader>
      <LiveList
        rows={ofSite}
        empty={{
          icon: <IconRouter />,
          title: 'No agents yet',
          text: 'Start an agent: it shows a code of six digits. Enter it here within five minutes.',
          action: { label: 'Pair your first agent', onClick: pair.open },
        }}
      >
        {rows => (
          <Paper withBorder>
            <Table.ScrollContainer minWidth={560}>
              <Table verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Status</Table.Th>
                    <Table.Th>Since</Table.Th>
                    <Table.Th>Site</Table.Th>
                    <Table.Th>Serial number</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(agent => (
                    <Table.Tr key={agent.id}>
                      <Table.Td>
                        <Text fw={600} size="sm">
                          {agent.name}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        <Badge color={colors[agent.status]} variant="light">
                          {words[agent.status]}
                        </Badge>
                      </Table.Td>
                      <Table.Td>
                        <Instant at={agent.statusSince} />
                      </Table.Td>
                      <Table.Td>{agent.site?.name}</Table.Td>
                      <Table.Td>{agent.serial}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Paper>
        )}
      </LiveList>
      <PairAgent opened={pairing} onClose={pair.close} siteId={site} />
    </>
  )
}
