import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A page's name, a line that says what it shows, and what can be done there. */
export function PageHeader({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-end" mb="md">
      <Stack gap={0}>
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed" size="sm">
          {text}
        </Text>
      </Stack>
      <Group gap="xs">{children}</Group>
    </Group>
  )
}
