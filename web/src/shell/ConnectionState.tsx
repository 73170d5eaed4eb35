import { Affix, Box, Group, Paper, Text, VisuallyHidden } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnectionStatus } from '../live/connection-status.ts'
import { ageInWords, useSecondsSince } from '../live/instants.tsx'

const words = { connecting: 'Connecting', connected: 'Live', lost: 'Not live' } as const
const colors = {
  connecting: 'var(--mantine-color-blue-5)',
  connected: 'var(--mantine-color-teal-5)',
  lost: 'var(--mantine-color-yellow-5)',
} as const

/** Whether what is shown is live, in a word. */
export function LiveMark() {
  const { phase } = useConnectionStatus()
  return (
    <Group gap={6} wrap="nowrap" role="img" aria-label={words[phase]} title={words[phase]}>
      <Box
        className={phase === 'lost' ? undefined : 'live-dot'}
        w={8}
        h={8}
        bg={colors[phase]}
        style={{ borderRadius: 4 }}
      />
      <Text size="sm" c="dimmed" visibleFrom="md" aria-hidden>
        {words[phase]}
      </Text>
    </Group>
  )
}

/** Says how old the picture is while the connection is away; nothing while it is there. It moves nothing. */
export function ConnectionBanner() {
  const status = useConnectionStatus()
  return (
    <>
      <VisuallyHidden role="status">
        {status.phase === 'lost' && 'The connection is lost. Reconnecting.'}
      </VisuallyHidden>
      {status.phase === 'lost' && (
        <Affix
          position={{ bottom: 'calc(var(--app-shell-footer-offset, 0rem) + 12px)', left: 12, right: 12 }}
        >
          <Paper
            shadow="lg"
            px="md"
            py="xs"
            maw={560}
            mx="auto"
            bg="yellow.3"
            c="black"
            role="region"
            aria-label="Connection"
          >
            <Group gap="sm" wrap="nowrap">
              <IconPlugConnectedX size={20} aria-hidden style={{ flexShrink: 0 }} />
              {status.heard === null ? (
                <Text size="sm">No connection to the server yet. Trying again…</Text>
              ) : (
                <Age heard={status.heard} />
              )}
            </Group>
          </Paper>
        </Affix>
      )}
    </>
  )
}

function Age({ heard }: { heard: number }) {
  const seconds = useSecondsSince(heard)
  return (
    <Text size="sm">
      Connection lost. You see what was known <b>{ageInWords(seconds)}</b> ago. Reconnecting…
    </Text>
  )
}
