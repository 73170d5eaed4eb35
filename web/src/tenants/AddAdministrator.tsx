import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { addAdministrator } from './add-administrator.ts'

/** Makes somebody administrator of a tenant: the first, or another where nobody is left who could. */
export function AddAdministrator({ tenantId }: { tenantId: string }) {
  const add = useCommand(addAdministrator, data => data.addMember)
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [added, setAdded] = useState<string>()
  const fault = /^\S+@\S+$/.test(email.trim()) ? undefined : 'An address such as jo@example.com.'
  const submit = async () => {
    setTried(true)
    setAdded(undefined)
    if (fault) return
    const address = email.trim()
    if (!(await add.send({ input: { tenantId, email: address, role: 'TENANT_ADMIN', everywhere: true } })))
      return
    setAdded(address)
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
          <TextInput
            type="email"
            label="E-mail address"
            placeholder="jo@example.com"
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={event => setEmail(event.currentTarget.value)}
            error={tried && fault}
          />
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
