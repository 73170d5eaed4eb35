import { Badge, DataList, Paper, Skeleton, Stack, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { faultOf } from '../live/faults.ts'
import { SettingForm } from '../live/SettingForm.tsx'
import { useMay } from '../myself/myself.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { networksIn } from './keys.ts'

const tenantSettings = graphql(`
  query TenantSettings($atLeast: Position) {
    tenant(atLeast: $atLeast) {
      id
      name
      suspended
      allowList
      quota {
        cameras
        people
      }
    }
  }
`)

const setAllowList = graphql(`
  mutation SetAllowList($input: SetAllowListInput!) {
    setAllowList(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const limit = (count: number | null | undefined, what: string) =>
  count === null || count === undefined ? 'As many as you like' : `${count} ${what}`

/** What is set about the tenant. */
export function TenantPage() {
  const [position, setPosition] = useState<string | null>(null)
  const [{ data, error }, again] = useQuery({
    query: tenantSettings,
    variables: { atLeast: position },
    requestPolicy: 'cache-and-network',
  })
  const tenant = error ? undefined : data?.tenant
  return (
    <>
      <PageHeader title="Tenant" text="What is set about the whole of it." />
      {error && (
        <FailureAlert
          title="The tenant could not be shown"
          fault={faultOf(error)}
          retry={() => again({ requestPolicy: 'network-only' })}
        />
      )}
      {!error && !tenant && (
        <Stack role="status" aria-label="Loading">
          <Skeleton height={180} radius="md" />
          <Skeleton height={180} radius="md" />
        </Stack>
      )}
      {tenant && (
        <Stack maw={720}>
          <Paper withBorder p="md">
            <DataList labelWidth="140px" gap="xs" withDivider>
              <DataList.Item>
                <DataList.ItemLabel>Name</DataList.ItemLabel>
                <DataList.ItemValue style={{ overflowWrap: 'anywhere' }}>{tenant.name}</DataList.ItemValue>
              </DataList.Item>
              <DataList.Item>
                <DataList.ItemLabel>State</DataList.ItemLabel>
                <DataList.ItemValue>
                  <Badge variant="light" color={tenant.suspended ? 'red' : 'teal'}>
                    {tenant.suspended ? 'Suspended' : 'Active'}
                  </Badge>
                </DataList.ItemValue>
              </DataList.Item>
              <DataList.Item>
                <DataList.ItemLabel>Cameras</DataList.ItemLabel>
                <DataList.ItemValue>{limit(tenant.quota?.cameras, 'at most')}</DataList.ItemValue>
              </DataList.Item>
              <DataList.Item>
                <DataList.ItemLabel>Enrolled people</DataList.ItemLabel>
                <DataList.ItemValue>{limit(tenant.quota?.people, 'at most')}</DataList.ItemValue>
              </DataList.Item>
            </DataList>
          </Paper>
          {tenant.allowList && <AllowList networks={tenant.allowList} onSet={setPosition} />}
        </Stack>
      )}
    </>
  )
}

/** The networks from which members are heard. Whoever sets them must be in one. */
function AllowList({ networks, onSet }: { networks: readonly string[]; onSet: (position: string) => void }) {
  const set = useCommand(setAllowList, data => data.setAllowList)
  const maySet = useMay()('Mutation.setAllowList')
  const known = networks.join('\n')
  const [text, setText] = useState(known)
  const [saved, setSaved] = useState(false)
  useEffect(() => setText(known), [known])
  const changed = networksIn(text).join('\n') !== known
  const submit = async () => {
    const accepted = await set.send({ input: { addresses: networksIn(text) } })
    if (!accepted) return
    setSaved(true)
    onSet(accepted.position)
  }
  return (
    <SettingForm
      title="Where members may come from"
      onSubmit={maySet ? submit : undefined}
      changed={changed}
      sending={set.sending}
      failure={{ title: 'The networks were not set', fault: set.failure }}
      done={saved && 'The networks are set.'}
    >
      <Textarea
        label="Networks"
        description="One a line, your own among them; empty for anywhere. Whoever is elsewhere is shut out at once."
        placeholder="192.0.2.0/24"
        autosize
        minRows={3}
        spellCheck={false}
        value={text}
        onChange={event => {
          setSaved(false)
          setText(event.currentTarget.value)
        }}
        readOnly={!maySet}
      />
    </SettingForm>
  )
}
