import { Badge, Button, Paper, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { lazy, useState } from 'react'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { SkeletonRows } from '../live/SkeletonRows.tsx'
import { useMyself } from '../myself/myself.ts'
import { roleInWords } from '../myself/roles.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { byAddress, type Member, memberName, membersChanged, placesOf } from './members.ts'

const AddMember = lazy(() => import('./AddMember.tsx'))
const EditMember = lazy(() => import('./EditMember.tsx'))

/** Who belongs to the tenant, and what they may where. */
export function MembersPage() {
  const { myself, may } = useMyself()
  const members = useLiveRows(membersChanged, {}, data => data.membersChanged)
  const [adding, add] = useDisclosure()
  const [editing, edit] = useDisclosure()
  const [editedId, setEditedId] = useState<string>()
  const edited = members.phase === 'live' ? members.rows.find(({ id }) => id === editedId) : undefined
  const mayAdd = may('Mutation.addMember')
  return (
    <>
      <PageHeader title="Members" text="Who belongs to the tenant, and what they may where.">
        {mayAdd && (
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={add.open}>
            Add member
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={members}
        skeleton={<SkeletonRows rows={4} height={52} />}
        empty={{
          icon: <IconUsers />,
          title: 'No members yet',
          text: 'Add somebody by their e-mail address.',
          ...(mayAdd && { action: { label: 'Add the first member', onClick: add.open } }),
        }}
      >
        {rows => (
          <MemberTable
            members={rows.toSorted(byAddress)}
            ownId={myself?.id}
            onEdit={
              may('Mutation.changeRole')
                ? id => {
                    setEditedId(id)
                    edit.open()
                  }
                : undefined
            }
          />
        )}
      </LiveList>
      <OnDemand wanted={adding}>
        <AddMember opened={adding} onClose={add.close} />
      </OnDemand>
      <OnDemand wanted={editing}>
        <EditMember member={edited} opened={editing} onClose={edit.close} />
      </OnDemand>
    </>
  )
}

/** One row a member; on a phone the lesser facts stand under the address. */
function MemberTable({
  members,
  ownId,
  onEdit,
}: {
  members: readonly Member[]
  ownId: string | undefined
  onEdit: ((id: string) => void) | undefined
}) {
  return (
    <Paper withBorder style={{ overflow: 'hidden' }}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Member</Table.Th>
            <Table.Th visibleFrom="sm">Role</Table.Th>
            <Table.Th visibleFrom="sm">Where</Table.Th>
            <Table.Th visibleFrom="md">Added</Table.Th>
            {onEdit && (
              <Table.Th w={96}>
                <span className="only-heard">Changes</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map(member => (
            <Table.Tr key={member.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Text fw={600} size="sm">
                  {memberName(member)}{' '}
                  {member.id === ownId && (
                    <Badge size="sm" variant="light">
                      You
                    </Badge>
                  )}
                </Text>
                <Text size="sm" c="dimmed" hiddenFrom="sm" component="div">
                  {roleInWords(member.role)} · <Where member={member} />
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">{roleInWords(member.role)}</Table.Td>
              <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
                <Where member={member} />
              </Table.Td>
              <Table.Td visibleFrom="md">
                <Instant at={member.addedAt} />
              </Table.Td>
              {onEdit && (
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Change ${memberName(member)}`}
                    onClick={() => onEdit(member.id)}
                  >
                    Change
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

/** Where a member's role counts, in a line for each grant. */
function Where({ member }: { member: Member }) {
  if (member.everywhere) return <>Everywhere</>
  if (member.grants.length === 0) return <>Nowhere yet</>
  return (
    <>
      {member.grants.map(grant => (
        <span key={grant.id} style={{ display: 'block' }}>
          {placesOf(grant)}
          {grant.endsAt && (
            <>
              {' '}
              until <Instant at={grant.endsAt} />
            </>
          )}
        </span>
      ))}
    </>
  )
}
