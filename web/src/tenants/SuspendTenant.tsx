import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'

const suspendTenant = graphql(`
  mutation SuspendTenant($input: SuspendTenantInput!) {
    suspendTenant(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** Asks why a tenant is to be suspended, and whether that is meant. */
export default function SuspendTenant({
  tenant: { id: tenantId, name },
  opened,
  onClose,
}: {
  tenant: { id: string; name: string }
  opened: boolean
  onClose: () => void
}) {
  const suspend = useCommand(suspendTenant, data => data.suspendTenant)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const close = () => {
    setReason('')
    setTried(false)
    suspend.clear()
    onClose()
  }
  const submit = async () => {
    setTried(true)
    if (reason.trim() === '') return
    if (await suspend.send({ input: { tenantId, reason: reason.trim() } })) close()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Suspend ${name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <Text size="sm">
            Nobody of the tenant sees or does anything from then on: open pages are shut at once, and its
            cameras are watched no longer. Nothing is deleted, and it can be resumed.
          </Text>
          <TextInput
            label="Reason"
            description="For those who look after this Sightline. Members don’t see it."
            placeholder="The contract has ended"
            maxLength={200}
            data-autofocus
            withAsterisk
            value={reason}
            onChange={event => setReason(event.currentTarget.value)}
            error={tried && reason.trim() === '' && 'Say why.'}
          />
          <FailureAlert title="The tenant was not suspended" fault={suspend.failure} />
          <Group>
            <Button type="submit" color="red" loading={suspend.sending}>
              Suspend tenant
            </Button>
            <Button variant="subtle" onClick={close}>
              Keep it active
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
