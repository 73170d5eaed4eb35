import { Badge, Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { graphql } from '../generated/gql.ts'
import type { SessionsQuery } from '../generated/graphql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { usePages } from '../live/pages.ts'
import { SkeletonRows } from '../live/SkeletonRows.tsx'
import { useMyself } from '../myself/myself.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { memberName } from './members.ts'

const sessionsQuery = graphql(`
  query Sessions($userId: UUID, $first: Int, $after: Cursor, $atLeast: Position) {
    sessions(userId: $userId, first: $first, after: $after, atLeast: $atLeast) {
      edges {
        node {
          id
          userId
          startedAt
          expiresAt
          endedAt
          current
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

const memberNames = graphql(`
  subscription MemberNames {
    membersChanged {
      position
      replaces
      changed {
        id
        email
      }
      removed
    }
  }
`)

const endSession = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

type Session = SessionsQuery['sessions']['edges'][number]['node']

/** Where somebody is signed in: one's own sessions, and for administrators those of every member. */
export function SessionsPage() {
  const { myself, may } = useMyself()
  const { member } = useSearch({ from: '/access/sessions' })
  const navigate = useNavigate({ from: '/access/sessions' })
  const mayChoose = may('Subscription.membersChanged')
  const members = useLiveRows(memberNames, {}, data => data.membersChanged, { pause: !mayChoose })
  const others = members.phase === 'live' ? members.rows.filter(({ id }) => id !== myself?.id) : []
  const userId = (mayChoose ? member : undefined) ?? null
  const sessions = usePages(sessionsQuery, { userId, first: 50 }, data => data.sessions)
  const ofMember = userId !== null && userId !== myself?.id
  return (
    <>
      <PageHeader title="Sessions" text="Where somebody is signed in, the newest first.">
        {mayChoose && (
          <NativeSelect
            aria-label="Member"
            w={{ base: '100%', sm: 240 }}
            value={ofMember ? userId : ''}
            onChange={event => {
              const chosen = event.currentTarget.value || undefined
              void navigate({ search: previous => ({ ...previous, member: chosen }) })
            }}
            data={[
              { value: '', label: 'My own' },
              ...others
                .map(other => ({ value: other.id, label: memberName(other) }))
                .toSorted((a, b) => a.label.localeCompare(b.label)),
              ...(ofMember && !others.some(({ id }) => id === userId)
                ? [{ value: userId, label: members.phase === 'live' ? 'No member any more' : '…' }]
                : []),
            ]}
          />
        )}
      </PageHeader>
      <LiveList
        rows={sessions.rows}
        skeleton={<SkeletonRows rows={3} height={72} />}
        empty={{
          icon: <IconDeviceLaptop />,
          title: 'No sessions yet',
          text: ofMember
            ? 'This member has not signed in here yet.'
            : 'Sessions that begin by a sign-in link appear here.',
        }}
      >
        {rows => (
          <Stack gap="xs">
            {rows.map(session => (
              <SessionCard
                key={session.id}
                session={session}
                mayEnd={may('Mutation.endSession')}
                onEnded={sessions.refresh}
              />
            ))}
            {sessions.more && (
              <Group justify="center">
                <Button variant="default" loading={sessions.loadingMore} onClick={sessions.more}>
                  Show more
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </LiveList>
    </>
  )
}

function SessionCard({
  session,
  mayEnd,
  onEnded,
}: {
  session: Session
  mayEnd: boolean
  onEnded: (position: string) => void
}) {
  const end = useCommand(endSession, data => data.endSession)
  const { id, userId, startedAt, expiresAt, endedAt, current } = session
  const open = !endedAt && new Date(expiresAt) > new Date()
  const submit = async () => {
    const accepted = await end.send({ input: { sessionId: id, userId } })
    if (accepted) onEnded(accepted.position)
  }
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={`Session ${open ? 'that goes on' : 'that ended'}`}
    >
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Title order={2} size="md">
              <Instant at={startedAt} size="md" />
            </Title>
            {current && <Badge variant="light">This browser</Badge>}
            <Badge variant="light" color={open ? 'teal' : 'gray'}>
              {open ? 'Open' : 'Ended'}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" component="div">
            {endedAt ? (
              <>
                ended <Instant at={endedAt} />
              </>
            ) : (
              <>
                {open ? 'ends at the latest' : 'ran out'} <Instant at={expiresAt} />
              </>
            )}
          </Text>
        </Stack>
        {open && mayEnd && (
          <Button size="xs" variant="default" loading={end.sending} onClick={() => void submit()}>
            {current ? 'Sign out here' : 'End session'}
          </Button>
        )}
      </Group>
      <FailureAlert title="The session goes on" fault={end.failure} />
    </Paper>
  )
}
