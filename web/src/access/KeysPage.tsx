import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey } from '@tabler/icons-react'
import { lazy, useState } from 'react'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { usePages } from '../live/pages.ts'
import { SkeletonRows } from '../live/SkeletonRows.tsx'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { type ApiKey, agentNames, apiKeys, keyState, kindInWords } from './keys.ts'

const IssueKey = lazy(() => import('./IssueKey.tsx'))
const RotateKey = lazy(() => import('./RotateKey.tsx'))

const revokeApiKey = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const states = {
  counts: { color: 'teal', label: 'Counts' },
  expired: { color: 'gray', label: 'Expired' },
  revoked: { color: 'gray', label: 'Revoked' },
} as const

/** The keys by which machines get in. */
export function KeysPage() {
  const may = useMay()
  const keys = usePages(apiKeys, { first: 50 }, data => data.apiKeys)
  const [{ data: named }] = useQuery({ query: agentNames, pause: !may('Query.agents') })
  const machines = new Map(named?.agents.edges.map(({ node }) => [node.id, node.name]))
  const [issuing, issue] = useDisclosure()
  const [rotating, rotate] = useDisclosure()
  const [rotated, setRotated] = useState<ApiKey>()
  const mayIssue = may('Mutation.issueApiKey')
  return (
    <>
      <PageHeader title="API keys" text="By which machines get in, the newest first.">
        {mayIssue && (
          <Button leftSection={<IconKey size={18} aria-hidden />} onClick={issue.open}>
            Issue API key
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={keys.rows}
        skeleton={<SkeletonRows rows={3} height={96} />}
        empty={{
          icon: <IconKey />,
          title: 'No API keys yet',
          text: 'An agent that was paired needs none. Issue one for a machine that gets in by itself.',
          ...(mayIssue && { action: { label: 'Issue the first key', onClick: issue.open } }),
        }}
      >
        {rows => (
          <Stack gap="xs">
            {rows.map(key => (
              <KeyCard
                key={key.id}
                apiKey={key}
                machine={machines.get(key.subjectId)}
                onRotate={
                  may('Mutation.rotateApiKey')
                    ? () => {
                        setRotated(key)
                        rotate.open()
                      }
                    : undefined
                }
                mayRevoke={may('Mutation.revokeApiKey')}
                onRevoked={keys.refresh}
              />
            ))}
            {keys.more && (
              <Group justify="center">
                <Button variant="default" loading={keys.loadingMore} onClick={keys.more}>
                  Show more
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </LiveList>
      <OnDemand wanted={issuing}>
        <IssueKey opened={issuing} onClose={issue.close} onIssued={keys.refresh} />
      </OnDemand>
      <OnDemand wanted={rotating}>
        <RotateKey apiKey={rotated} opened={rotating} onClose={rotate.close} onIssued={keys.refresh} />
      </OnDemand>
    </>
  )
}

function KeyCard({
  apiKey,
  machine,
  onRotate,
  mayRevoke,
  onRevoked,
}: {
  apiKey: ApiKey
  /** What the machine is called, where that is known. */
  machine: string | undefined
  onRotate: (() => void) | undefined
  mayRevoke: boolean
  onRevoked: (position: string) => void
}) {
  const revoke = useCommand(revokeApiKey, data => data.revokeApiKey)
  const [sure, setSure] = useState(false)
  const state = keyState(apiKey, new Date())
  const submit = async () => {
    const accepted = await revoke.send({ input: { keyId: apiKey.id } })
    setSure(false)
    if (accepted) onRevoked(accepted.position)
  }
  return (
    <Paper withBorder p="md" component="article" aria-label={`${apiKey.name}, ${states[state].label}`}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Title order={2} size="md" style={{ overflowWrap: 'anywhere' }}>
              {apiKey.name}
            </Title>
            <Badge variant="light" color={states[state].color}>
              {states[state].label}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {[kindInWords(apiKey.kind), machine].filter(Boolean).join(' ')} · issued{' '}
            <Instant at={apiKey.issuedAt} /> ·{' '}
            {apiKey.revokedAt ? (
              <>
                revoked <Instant at={apiKey.revokedAt} />
              </>
            ) : (
              <>
                {state === 'expired' ? 'expired' : 'expires'} <Instant at={apiKey.expiresAt} />
              </>
            )}
          </Text>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {apiKey.lastUsedAt ? (
              <>
                Last used <Instant at={apiKey.lastUsedAt} />
              </>
            ) : (
              'Never used'
            )}{' '}
            · {apiKey.addresses.length > 0 ? `from ${apiKey.addresses.join(', ')}` : 'from anywhere'}
          </Text>
        </Stack>
        {state === 'counts' && (
          <Group gap="xs">
            {sure ? (
              <>
                <Button size="xs" color="red" loading={revoke.sending} onClick={() => void submit()}>
                  Revoke for good
                </Button>
                <Button size="xs" variant="subtle" onClick={() => setSure(false)}>
                  Keep
                </Button>
              </>
            ) : (
              <>
                {onRotate && (
                  <Button size="xs" variant="default" aria-label={`Rotate ${apiKey.name}`} onClick={onRotate}>
                    Rotate
                  </Button>
                )}
                {mayRevoke && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Revoke ${apiKey.name}`}
                    onClick={() => setSure(true)}
                  >
                    Revoke
                  </Button>
                )}
              </>
            )}
          </Group>
        )}
      </Group>
      <FailureAlert title="The key still counts" fault={revoke.failure} />
    </Paper>
  )
}
