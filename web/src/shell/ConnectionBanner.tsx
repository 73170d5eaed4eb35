import { Alert, Button, Group, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnectionStatus } from '../live/connection-status.ts'
import { useSecondsSince } from '../live/instants.tsx'
import { setToken } from '../session.ts'

/** Says how old the picture is while the connection is away; nothing while it is there. */
export function ConnectionBanner() {
  const status = useConnectionStatus()
  if (status.phase !== 'lost') return null
  return <Lost since={status.since} refused={status.refused} />
}

function Lost({ since, refused }: { since: number; refused: boolean }) {
  const seconds = useSecondsSince(since)
  return (
    <Alert color="yellow" role="status" icon={<IconPlugConnectedX />} mb="md" py="xs">
      <Group justify="space-between">
        <Text size="sm">
          {refused
            ? 'Your access has ended.'
            : `Connection lost. You see what was known ${seconds} s ago. Reconnecting…`}
        </Text>
        {refused && (
          <Button size="compact-sm" variant="default" onClick={() => setToken(undefined)}>
            Sign in again
          </Button>
        )}
      </Group>
    </Alert>
  )
}
