import { Alert, Button, Code, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Fault } from './faults.ts'

/** Says what failed, under which id the server's log tells more, and offers another try. */
export function FailureAlert({
  title,
  fault,
  retry,
}: {
  title: string
  fault: Fault | undefined
  retry?: () => void
}) {
  if (!fault) return null
  return (
    <Alert color="red" variant="default" icon={<IconAlertTriangle />} title={title} role="alert">
      <Text size="sm">{fault.message}</Text>
      {fault.traceId && (
        <Text size="sm" mt={4}>
          Trace <Code>{fault.traceId}</Code>
        </Text>
      )}
      {retry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  )
}
