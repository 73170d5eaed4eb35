import {
  Anchor,
  Button,
  Code,
  DataList,
  EmptyState,
  Group,
  Paper,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowLeft, IconBuilding } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { lazy } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { AddAdministrator } from './AddAdministrator.tsx'
import { QuotaForm } from './QuotaForm.tsx'
import { TenantState } from './TenantState.tsx'
import { type TenantRecord, useTenantRecords } from './tenant-records.ts'

const SuspendTenant = lazy(() => import('./SuspendTenant.tsx'))

const resumeTenant = graphql(`
  mutation ResumeTenant($input: ResumeTenantInput!) {
    resumeTenant(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** One tenant, and what whoever looks after the installation may set about it. */
export function TenantRecordPage() {
  const { tenantId } = useParams({ from: '/tenants/$tenantId' })
  const tenants = useTenantRecords()
  const may = useMay()
  const tenant = tenants.phase === 'live' ? tenants.rows.find(({ id }) => id === tenantId) : undefined
  return (
    <>
      <Anchor size="sm" renderRoot={props => <Link to="/tenants" {...props} />}>
        <Group gap={4} mb="xs" component="span" display="inline-flex">
          <IconArrowLeft size={16} aria-hidden />
          All tenants
        </Group>
      </Anchor>
      {(tenant || tenants.phase !== 'live') && (
        <PageHeader title={tenant?.name ?? 'Tenant'} text="What is set about the whole of it." />
      )}
      {tenants.phase === 'loading' && (
        <Stack maw={720} role="status" aria-label="Loading">
          <Skeleton height={220} radius="md" />
          <Skeleton height={190} radius="md" />
        </Stack>
      )}
      {tenants.phase === 'failed' && (
        <FailureAlert title="The tenant could not be shown" fault={tenants.fault} retry={tenants.retry} />
      )}
      {tenants.phase === 'live' && !tenant && (
        <EmptyState variant="light" size="lg" icon={<IconBuilding />} py={64} maw={460} mx="auto">
          <title>No such tenant · Sightline</title>
          <EmptyState.Title order={1}>There is no such tenant</EmptyState.Title>
          <EmptyState.Description>The address is wrong.</EmptyState.Description>
        </EmptyState>
      )}
      {tenant && (
        <Stack maw={720} key={tenant.id}>
          <Facts tenant={tenant} />
          <QuotaForm tenant={tenant} />
          {may('Mutation.addMember') && <AddAdministrator tenantId={tenant.id} />}
        </Stack>
      )}
    </>
  )
}

function Facts({ tenant }: { tenant: TenantRecord }) {
  const { id: tenantId, suspension, allowList, createdAt } = tenant
  const may = useMay()
  const resume = useCommand(resumeTenant, data => data.resumeTenant)
  const [suspending, suspend] = useDisclosure()
  return (
    <Paper withBorder p="md">
      <Stack>
        <DataList labelWidth="140px" gap="xs" withDivider>
          <DataList.Item>
            <DataList.ItemLabel>State</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>
              <TenantState tenant={tenant} />
              {suspension && (
                <Text size="sm" mt={4} component="div">
                  {suspension.reason}
                  <Text size="sm" c="dimmed" component="div">
                    since <Instant at={suspension.since} />
                  </Text>
                </Text>
              )}
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>Created</DataList.ItemLabel>
            <DataList.ItemValue>
              <Instant at={createdAt} />
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>Id</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>
              <Code>{tenantId}</Code>
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>Networks</DataList.ItemLabel>
            <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>
              {allowList.length > 0 ? allowList.join(', ') : 'Members may come from anywhere'}
              <Text size="sm" c="dimmed">
                Set by the tenant’s own administrators.
              </Text>
            </DataList.ItemValue>
          </DataList.Item>
        </DataList>
        <FailureAlert title="The tenant is still suspended" fault={resume.failure} />
        {suspension && may('Mutation.resumeTenant') && (
          <Group>
            <Button loading={resume.sending} onClick={() => void resume.send({ input: { tenantId } })}>
              Resume tenant
            </Button>
          </Group>
        )}
        {!suspension && may('Mutation.suspendTenant') && (
          <Group>
            <Button variant="default" onClick={suspend.open}>
              Suspend tenant…
            </Button>
          </Group>
        )}
      </Stack>
      <OnDemand wanted={suspending}>
        <SuspendTenant tenant={tenant} opened={suspending} onClose={suspend.close} />
      </OnDemand>
    </Paper>
  )
}
