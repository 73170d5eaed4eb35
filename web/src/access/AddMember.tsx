import { Button, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { EmailField, emailFault } from '../live/EmailField.tsx'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { grantScope } from './grant-scope.ts'
import { RoleFields, type RoleValues } from './RoleFields.tsx'
import { noScope, ScopeFields, scopeFaults, scopeInput } from './ScopeFields.tsx'

const addMember = graphql(`
  mutation AddMember($input: AddMemberInput!) {
    addMember(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const viewer: RoleValues = { role: 'VIEWER', everywhere: true }

/** Adds somebody by their e-mail address, with a role and, where it doesn't count everywhere, sites and cameras. */
export default function AddMember({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const add = useCommand(addMember, data => data.addMember)
  const grant = useCommand(grantScope, data => data.grantScope)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState(viewer)
  const [scope, setScope] = useState(noScope)
  const [tried, setTried] = useState(false)
  const wrongEmail = emailFault(email)
  const faults = {
    ...(wrongEmail && { email: wrongEmail }),
    ...(!role.everywhere && scopeFaults(scope, new Date())),
  }
  const close = () => {
    setEmail('')
    setRole(viewer)
    setScope(noScope)
    setTried(false)
    add.clear()
    grant.clear()
    onClose()
  }
  const submit = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    // Sent again after a failure it finds the member that is there already.
    const added = await add.send({ input: { email: email.trim(), ...role } })
    if (!added) return
    if (!role.everywhere && !(await grant.send({ input: { userId: added.id, ...scopeInput(scope) } }))) return
    close()
  }
  return (
    <Modal opened={opened} onClose={close} title="Add member" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <EmailField
            data-autofocus
            withAsterisk
            value={email}
            onType={setEmail}
            error={tried && faults.email}
          />
          <RoleFields value={role} onChange={setRole} />
          {!role.everywhere && <ScopeFields value={scope} onChange={setScope} faults={tried ? faults : {}} />}
          <FailureAlert title="The member was not added" fault={add.failure} />
          <FailureAlert title="The member was added, and sees nothing yet" fault={grant.failure} />
          <Button type="submit" loading={add.sending || grant.sending}>
            Add member
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
