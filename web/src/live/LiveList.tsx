import { Alert, Button, Center, Code, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { LiveRows } from './live-rows.ts'

interface Empty {
  icon: ReactNode
  title: string
  /** What to do next. */
  text: string
  action?: { label: string; onClick: () => void }
}

/** A list in its four states: loading, failed, empty, full. */
export function LiveList<Row>({
  rows,
  empty,
  children,
}: {
  rows: LiveRows<Row>
  empty: Empty
  children: (rows: readonly Row[]) => ReactNode
}) {
  if (rows.phase === 'loading') {
    return (
      <Stack role="status" aria-label="Loading">
        {[1, 2, 3].map(line => (
          <Skeleton key={line} height={72} radius="md" />
        ))}
      </Stack>
    )
  }
  if (rows.phase === 'failed') {
    return (
      <Alert color="red" icon={<IconAlertTriangle />} title="This list could not be shown">
        <Text size="sm">{rows.message} Reload the page to try again.</Text>
        {rows.traceId && (
          <Text size="sm" mt="xs">
            Trace <Code>{rows.traceId}</Code>
          </Text>
        )}
      </Alert>
    )
  }
  if (rows.rows.length === 0) return <EmptyState {...empty} />
  return <>{children(rows.rows)}</>
}

/** What stands where nothing is yet: what this is, and the next step. */
export function EmptyState({ icon, title, text, action }: Empty) {
  return (
    <Center mih={280}>
      <Stack align="center" gap="xs" maw={420}>
        <ThemeIcon variant="light" size={56} radius="xl" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={3} ta="center">
          {title}
        </Title>
        <Text c="dimmed" ta="center">
          {text}
        </Text>
        {action && (
          <Button mt="sm" onClick={action.onClick}>
            {action.label}
          </Button>
        )}
      </Stack>
    </Center>
  )
}
