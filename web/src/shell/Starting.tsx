import { Center, Loader, Stack, Text } from '@mantine/core'

/** What stands while it isn't known yet whether this browser has a session. */
export function Starting({ unreachable }: { unreachable: boolean }) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>Sightline</title>
      <Stack align="center" gap="sm" role="status">
        <Loader aria-hidden />
        <Text c="dimmed" size="sm">
          {unreachable ? 'The server can’t be reached. Trying again…' : 'Signing in…'}
        </Text>
      </Stack>
    </Center>
  )
}
