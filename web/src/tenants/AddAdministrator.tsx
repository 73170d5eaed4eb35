import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useCommand } from '../live/command.ts'
import { EmailField, emailFault } from '../live/EmailField.tsx'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { addAdministrator, administratorOf } from './add-administrator.ts'

/** Makes somebody administrator of a tenant: the first, or another where nobody is left who could. */
export function AddAdministrator({ tenantId }: { tenantId: string }) {
  const add = useCommand(addAdministrator, data => data.addMember)
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [added, setAdded] = useState<string>()
  const fault = emailFault(email)
  const submit = async () => {
    setTried(true)
    setAdded(undefined)
    if (fault) return
    if (!(await add.send(administratorOf(tenantId, email)))) return
    setAdded(email.trim())
    setEmail('')
    setTried(false)
  }
  return (
    <Paper withBorder p="md">
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <Title order={2} size="h4">
            Who administers it
          </Title>
          <Text size="sm" c="dimmed">
            Its administrators see who its members are; you don’t. Whoever you add administers it beside them.
          </Text>
          <EmailField value={email} onType={setEmail} error={tried && fault} />
          <FailureAlert title="The administrator was not added" fault={add.failure} />
          {added && (
            <Alert color="teal" role="status" style={{ overflowWrap: 'anywhere' }}>
              {added} administers the tenant.
            </Alert>
          )}
          <Group>
            <Button type="submit" variant="default" loading={add.sending}>
              Add administrator
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
