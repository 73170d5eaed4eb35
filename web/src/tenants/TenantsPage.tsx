import {
  Anchor,
  Button,
  EmptyState,
  Group,
  Paper,
  Progress,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBuilding, IconBuildingPlus, IconSearch } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, useState } from 'react'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { SkeletonRows } from '../live/SkeletonRows.tsx'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { TenantState } from './TenantState.tsx'
import { countInWords, type TenantRecord, tenantsFound, useTenantRecords } from './tenant-records.ts'

const CreateTenant = lazy(() => import('./CreateTenant.tsx'))

/** So many are drawn at once, and as many more each time that they are asked for. */
const STEP = 100

/** Every tenant of the installation, for whoever looks after it. */
export function TenantsPage() {
  const may = useMay()
  const tenants = useTenantRecords()
  const { find = '' } = useSearch({ from: '/tenants' })
  const navigate = useNavigate({ from: '/tenants' })
  const [creating, create] = useDisclosure()
  const mayCreate = may('Mutation.createTenant')
  return (
    <>
      <PageHeader title="Tenants" text="The organisations that share this Sightline.">
        {(tenants.phase === 'loading' || (tenants.phase === 'live' && tenants.rows.length > 0)) && (
          <TextInput
            type="search"
            aria-label="Find a tenant"
            placeholder="Find a tenant"
            leftSection={<IconSearch size={16} aria-hidden />}
            w={{ base: '100%', sm: 220 }}
            maxLength={120}
            value={find}
            onChange={event => {
              const typed = event.currentTarget.value || undefined
              void navigate({ search: previous => ({ ...previous, find: typed }), replace: true })
            }}
          />
        )}
        {mayCreate && (
          <Button leftSection={<IconBuildingPlus size={18} aria-hidden />} onClick={create.open}>
            Create tenant
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={tenants}
        skeleton={<SkeletonRows rows={5} height={56} />}
        empty={{
          icon: <IconBuilding />,
          title: 'No tenants yet',
          text: 'A tenant is an organisation whose sites, cameras and people nobody else sees.',
          ...(mayCreate && { action: { label: 'Create the first tenant', onClick: create.open } }),
        }}
      >
        {rows => <Found key={find} tenants={tenantsFound(rows, find)} />}
      </LiveList>
      <OnDemand wanted={creating}>
        <CreateTenant opened={creating} onClose={create.close} />
      </OnDemand>
    </>
  )
}

function Found({ tenants }: { tenants: readonly TenantRecord[] }) {
  const [drawn, setDrawn] = useState(STEP)
  if (tenants.length === 0) {
    return (
      <EmptyState variant="light" icon={<IconSearch />} py="xl" maw={460} mx="auto">
        <EmptyState.Title order={2}>No tenant is called that</EmptyState.Title>
        <EmptyState.Description>A part of its name is enough, or its id.</EmptyState.Description>
      </EmptyState>
    )
  }
  return (
    <Stack>
      <TenantTable tenants={tenants.slice(0, drawn)} />
      {tenants.length > drawn && (
        <Group justify="center">
          <Button variant="default" onClick={() => setDrawn(drawn + STEP)}>
            Show more
          </Button>
        </Group>
      )}
    </Stack>
  )
}

/** One row a tenant; on a phone the lesser facts stand under the name. */
function TenantTable({ tenants }: { tenants: readonly TenantRecord[] }) {
  return (
    <Paper withBorder style={{ overflow: 'hidden' }}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tenant</Table.Th>
            <Table.Th w={140}>State</Table.Th>
            <Table.Th visibleFrom="sm" w={150}>
              Cameras
            </Table.Th>
            <Table.Th visibleFrom="sm" w={150}>
              People
            </Table.Th>
            <Table.Th visibleFrom="md" w={220}>
              Created
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tenants.map(tenant => (
            <TenantRow key={tenant.id} tenant={tenant} />
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

function TenantRow({ tenant }: { tenant: TenantRecord }) {
  const { id, name, suspension, quota, use, createdAt } = tenant
  const cameras = countInWords(use.cameras, quota.cameras)
  const people = countInWords(use.people, quota.people)
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Anchor
          fw={600}
          size="sm"
          renderRoot={props => <Link to="/tenants/$tenantId" params={{ tenantId: id }} {...props} />}
        >
          {name}
        </Anchor>
        {suspension && (
          <Text size="sm" c="dimmed">
            {suspension.reason}
          </Text>
        )}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {cameras} {use.cameras === 1 && quota.cameras === null ? 'camera' : 'cameras'} · {people}{' '}
          {use.people === 1 && quota.people === null ? 'person' : 'people'}
        </Text>
      </Table.Td>
      <Table.Td>
        <TenantState tenant={tenant} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Use words={cameras} count={use.cameras} limit={quota.cameras} what="Cameras" />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Use words={people} count={use.people} limit={quota.people} what="People" />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Instant at={createdAt} />
      </Table.Td>
    </Table.Tr>
  )
}

/** How much of a quota is used, in words and as a bar where there is a limit. */
function Use({
  words,
  count,
  limit,
  what,
}: {
  words: string
  count: number
  limit: number | null
  what: string
}) {
  return (
    <Stack gap={4}>
      <Text size="sm">{words}</Text>
      {limit !== null && (
        <Progress
          size="xs"
          value={limit === 0 ? 100 : Math.min(100, (count / limit) * 100)}
          color={count >= limit ? 'yellow' : 'cyan'}
          aria-label={`${what} of the quota`}
        />
      )}
    </Stack>
  )
}
