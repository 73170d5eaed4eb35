import { Alert, Button, Group, Paper, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { FailureAlert } from './FailureAlert.tsx'
import type { Fault } from './faults.ts'

/** A form in the page for one thing that is set; without `onSubmit` it only shows how that is set. */
export function SettingForm(props: {
  title: string
  /** Its fields. */
  children: ReactNode
  onSubmit: (() => Promise<void>) | undefined
  changed: boolean
  sending: boolean
  failure: { title: string; fault: Fault | undefined }
  /** What is told once it is set, until it is changed again. */
  done: string | false
}) {
  const { title, children, onSubmit, changed, sending, failure, done } = props
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={event => {
          event.preventDefault()
          void onSubmit?.()
        }}
      >
        <Stack>
          <Title order={2} size="h4">
            {title}
          </Title>
          {children}
          <FailureAlert {...failure} />
          {done && !changed && (
            <Alert color="teal" role="status">
              {done}
            </Alert>
          )}
          {onSubmit && (
            <Group>
              <Button type="submit" disabled={!changed} loading={sending}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  )
}
