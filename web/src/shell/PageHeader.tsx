import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A page's name, a line that says what it shows, and what can be done there. */
export function PageHeader({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
      <title>{`${title} · Sightline`}</title>
      <Stack gap={2}>
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed" size="sm">
          {text}
        </Text>
      </Stack>
      <Group gap="xs" w={{ base: '100%', sm: 'auto' }}>
        {children}
      </Group>
    </Group>
  )
}
