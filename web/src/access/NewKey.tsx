import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react'
import { Instant } from '../live/instants.tsx'

/** A key that was issued a moment ago. It is in the memory of this dialog alone, and gone with it. */
export interface NewKey {
  key: string
  expiresAt: string
}

/** Shows a new key, once. */
export function NewKeyNotice({ issued, onDone }: { issued: NewKey; onDone: () => void }) {
  return (
    <Stack>
      <Alert color="yellow" icon={<IconAlertTriangle />} title="This key is shown once">
        Copy it to the machine now. Nobody can show it again; if it is lost, issue another.
      </Alert>
      <Code block aria-label="The key" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {issued.key}
      </Code>
      <Text size="sm" c="dimmed" component="div">
        It counts until <Instant at={issued.expiresAt} />.
      </Text>
      <Group justify="flex-end">
        <CopyButton value={issued.key} timeout={4_000}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onDone}>I have it</Button>
      </Group>
    </Stack>
  )
}
