import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { EmailField, emailFault } from '../live/EmailField.tsx'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { addAdministrator, administratorOf } from './add-administrator.ts'

const createTenant = graphql(`
  mutation CreateTenant($input: CreateTenantInput!) {
    createTenant(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** Creates a tenant with its first administrator, who then does the rest. */
export default function CreateTenant({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCommand(createTenant, data => data.createTenant)
  const add = useCommand(addAdministrator, data => data.addMember)
  const [tenantId, setTenantId] = useState(() => crypto.randomUUID())
  const [created, setCreated] = useState(false)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const wrongEmail = emailFault(email)
  const faults = {
    ...(name.trim() === '' && { name: 'Give the tenant a name.' }),
    ...(wrongEmail && { email: wrongEmail }),
  }
  const close = () => {
    setTenantId(crypto.randomUUID())
    setCreated(false)
    setName('')
    setEmail('')
    setTried(false)
    create.clear()
    add.clear()
    onClose()
  }
  const submit = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    // Sent again after a failure it finds the tenant that is there already.
    if (!(await create.send({ input: { tenantId, name: name.trim() } }))) return
    setCreated(true)
    if (await add.send(administratorOf(tenantId, email))) close()
  }
  return (
    <Modal opened={opened} onClose={close} title="Create tenant" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            placeholder="City museum"
            maxLength={120}
            data-autofocus
            withAsterisk
            readOnly={created}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={tried && faults.name}
          />
          <EmailField
            label="First administrator"
            description="By their e-mail address. They add sites, cameras and members."
            withAsterisk
            value={email}
            onType={setEmail}
            error={tried && faults.email}
          />
          <FailureAlert title="The tenant was not created" fault={create.failure} />
          <FailureAlert title="The tenant was created, and nobody administers it yet" fault={add.failure} />
          <Button type="submit" loading={create.sending || add.sending}>
            Create tenant
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
