import { Button, Drawer, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { grantScope } from './grant-scope.ts'
import { type Grant, type Member, memberName, placesOf } from './members.ts'
import { RoleFields, type RoleValues, withReach } from './RoleFields.tsx'
import { noScope, ScopeFields, scopeFaults, scopeInput } from './ScopeFields.tsx'

const changeRole = graphql(`
  mutation ChangeRole($input: ChangeRoleInput!) {
    changeRole(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const revokeGrant = graphql(`
  mutation RevokeGrant($input: RevokeGrantInput!) {
    revokeGrant(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const removeMember = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** A member's role, where it counts, and their leaving. */
export default function EditMember({
  member,
  opened,
  onClose,
}: {
  /** As they are now; undefined once they are no member any more. */
  member: Member | undefined
  opened: boolean
  onClose: () => void
}) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      title={member ? memberName(member) : 'Member'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {member ? (
        <Stack gap="xl" key={member.id}>
          <RoleOf member={member} />
          {!member.everywhere && <GrantsOf member={member} />}
          <Leaving member={member} onRemoved={onClose} />
        </Stack>
      ) : (
        <Text c="dimmed">This is no member of the tenant any more.</Text>
      )}
    </Drawer>
  )
}

function RoleOf({ member }: { member: Member }) {
  const { id: userId, role, everywhere } = member
  const change = useCommand(changeRole, data => data.changeRole)
  const [chosen, setChosen] = useState<Partial<RoleValues>>({})
  const value = withReach({ role, everywhere, ...chosen })
  const changed = value.role !== role || value.everywhere !== everywhere
  // What is heard of the member meanwhile counts, except for what is chosen here and isn't so yet.
  useEffect(() => setChosen(before => differences(before, { role, everywhere })), [role, everywhere])
  const losesGrants = value.everywhere && !everywhere && member.grants.length > 0
  return (
    <Stack>
      <RoleFields value={value} onChange={next => setChosen(differences(next, { role, everywhere }))} />
      {losesGrants && (
        <Text size="sm" c="dimmed">
          The grants below end then: nothing is narrowed any more.
        </Text>
      )}
      {changed && everywhere && !value.everywhere && (
        <Text size="sm" c="dimmed">
          Saved, the member sees nothing until sites or cameras are granted.
        </Text>
      )}
      <FailureAlert title="The role was not changed" fault={change.failure} />
      <Group>
        <Button
          disabled={!changed}
          loading={change.sending}
          onClick={() => void change.send({ input: { userId, ...value } })}
        >
          Save
        </Button>
      </Group>
    </Stack>
  )
}

/** What of the values is other than it is now. */
function differences(values: Partial<RoleValues>, now: RoleValues): Partial<RoleValues> {
  const { role = now.role, everywhere = now.everywhere } = values
  return { ...(role !== now.role && { role }), ...(everywhere !== now.everywhere && { everywhere }) }
}

function GrantsOf({ member }: { member: Member }) {
  const grant = useCommand(grantScope, data => data.grantScope)
  const [scope, setScope] = useState(noScope)
  const [tried, setTried] = useState(false)
  const faults = scopeFaults(scope, new Date())
  const submit = async () => {
    setTried(true)
    if (Object.keys(faults).length > 0) return
    if (!(await grant.send({ input: { userId: member.id, ...scopeInput(scope) } }))) return
    setScope(noScope)
    setTried(false)
  }
  return (
    <Stack>
      <Title order={2} size="h4">
        Sites and cameras
      </Title>
      {member.grants.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet: this member sees nothing.
        </Text>
      )}
      {member.grants.map(each => (
        <GrantRow key={each.id} grant={each} />
      ))}
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <ScopeFields value={scope} onChange={setScope} faults={tried ? faults : {}} />
          <FailureAlert title="Nothing was granted" fault={grant.failure} />
          <Group>
            <Button type="submit" variant="default" loading={grant.sending}>
              Grant
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  )
}

function GrantRow({ grant }: { grant: Grant }) {
  const revoke = useCommand(revokeGrant, data => data.revokeGrant)
  const places = placesOf(grant)
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {places}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {grant.endsAt ? (
              <>
                until <Instant at={grant.endsAt} />
              </>
            ) : (
              'without end'
            )}
          </Text>
        </Stack>
        <Button
          size="xs"
          variant="default"
          loading={revoke.sending}
          aria-label={`Take away ${places}`}
          onClick={() => void revoke.send({ input: { grantId: grant.id } })}
        >
          Take away
        </Button>
      </Group>
      <FailureAlert title="The grant still stands" fault={revoke.failure} />
    </Paper>
  )
}

function Leaving({ member, onRemoved }: { member: Member; onRemoved: () => void }) {
  const remove = useCommand(removeMember, data => data.removeMember)
  const [sure, setSure] = useState(false)
  return (
    <Stack>
      <FailureAlert title="The member was not removed" fault={remove.failure} />
      {sure && (
        <Text size="sm">
          Whatever {memberName(member)} sees ends at once. Their other tenants stay as they are.
        </Text>
      )}
      <Group>
        <Button
          variant="default"
          renderRoot={props => (
            <Link to="/access/sessions" search={({ site }) => ({ site, member: member.id })} {...props} />
          )}
        >
          Sessions
        </Button>
        {sure ? (
          <>
            <Button
              color="red"
              loading={remove.sending}
              onClick={async () => {
                if (await remove.send({ input: { userId: member.id } })) onRemoved()
                else setSure(false)
              }}
            >
              Remove for good
            </Button>
            <Button variant="subtle" onClick={() => setSure(false)}>
              Keep
            </Button>
          </>
        ) : (
          <Button variant="default" onClick={() => setSure(true)}>
            Remove member
          </Button>
        )}
      </Group>
    </Stack>
  )
}
