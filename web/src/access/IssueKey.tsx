import { Button, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { MachineKind } from '../generated/graphql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { useMay } from '../myself/myself.ts'
import { agentNames, endOfKey, keyLives, kindInWords, networksIn } from './keys.ts'
import { type NewKey, NewKeyNotice } from './NewKey.tsx'

const issueApiKey = graphql(`
  mutation IssueApiKey($input: IssueApiKeyInput!) {
    issueApiKey(input: $input) {
      __typename
      ... on IssuedApiKey {
        id
        key
        expiresAt
        position
      }
      ...Refused
    }
  }
`)

/** Issues a key to a machine: to an agent of the tenant, or for the whole system to a media node or a worker. */
export default function IssueKey({
  opened,
  onClose,
  onIssued,
}: {
  opened: boolean
  onClose: () => void
  onIssued: (position: string) => void
}) {
  const ofTenant = useMay()('Query.agents')
  const issue = useCommand(issueApiKey, data => data.issueApiKey)
  const [{ data }] = useQuery({
    query: agentNames,
    pause: !ofTenant || !opened,
    requestPolicy: 'cache-and-network',
  })
  const [kind, setKind] = useState<MachineKind>('MEDIA_NODE')
  const [agent, setAgent] = useState('')
  const [name, setName] = useState('')
  const [days, setDays] = useState<number>(90)
  const [networks, setNetworks] = useState('')
  const [tried, setTried] = useState(false)
  const [issued, setIssued] = useState<NewKey>()
  const agents = data?.agents.edges.map(({ node }) => node) ?? []
  const faults = {
    ...(ofTenant && agent === '' && { agent: 'Choose an agent.' }),
    ...(name.trim() === '' && { name: 'Give the key a name.' }),
  }
  const close = () => {
    setIssued(undefined)
    setAgent('')
    setName('')
    setNetworks('')
    setTried(false)
    issue.clear()
    onClose()
  }
  const submit = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    const answer = await issue.send({
      input: {
        kind: ofTenant ? 'AGENT' : kind,
        subjectId: ofTenant ? agent : null,
        name: name.trim(),
        expiresAt: endOfKey(days, new Date()),
        addresses: networksIn(networks),
      },
    })
    if (answer?.__typename !== 'IssuedApiKey') return
    setIssued(answer)
    onIssued(answer.position)
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={issued ? 'New API key' : 'Issue API key'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // Whoever slips would lose the key.
      closeOnClickOutside={!issued}
      closeOnEscape={!issued}
      withCloseButton={!issued}
    >
      {issued ? (
        <NewKeyNotice issued={issued} onDone={close} />
      ) : (
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault()
            void submit()
          }}
        >
          <Stack>
            {ofTenant ? (
              <NativeSelect
                label="Agent"
                description={agents.length === 0 ? 'Pair an agent first.' : undefined}
                withAsterisk
                value={agent}
                onChange={event => setAgent(event.currentTarget.value)}
                error={tried && faults.agent}
                data={[
                  { value: '', label: 'Whose key it is' },
                  ...agents.map(each => ({ value: each.id, label: `${each.name} (${each.serial})` })),
                ]}
              />
            ) : (
              <NativeSelect
                label="Machine"
                value={kind}
                onChange={event => setKind(event.currentTarget.value as MachineKind)}
                data={(['MEDIA_NODE', 'WORKER'] as const).map(value => ({
                  value,
                  label: kindInWords(value),
                }))}
              />
            )}
            <TextInput
              label="Name"
              placeholder="Rack 3, left"
              maxLength={120}
              withAsterisk
              value={name}
              onChange={event => setName(event.currentTarget.value)}
              error={tried && faults.name}
            />
            <NativeSelect
              label="Counts for"
              value={String(days)}
              onChange={event => setDays(Number(event.currentTarget.value))}
              data={keyLives.map(life => ({ value: String(life.days), label: life.label }))}
            />
            <Textarea
              label="Networks"
              description="From which it counts, one a line; empty for anywhere."
              placeholder="192.0.2.0/24"
              autosize
              minRows={2}
              spellCheck={false}
              value={networks}
              onChange={event => setNetworks(event.currentTarget.value)}
            />
            <FailureAlert title="The key was not issued" fault={issue.failure} />
            <Button type="submit" loading={issue.sending}>
              Issue key
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
