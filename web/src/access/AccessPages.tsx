import { Button, Group } from '@mantine/core'
import { Link, Navigate, Outlet, useSearch } from '@tanstack/react-router'
import { type May, type RootField, useMyself } from '../myself/myself.ts'

/** A page of access, and what one must be allowed to ask for to be offered it. */
interface AccessPage {
  to: '/access/members' | '/access/keys' | '/access/sessions' | '/access/tenant'
  label: string
  needs: RootField
}

const all: readonly AccessPage[] = [
  { to: '/access/members', label: 'Members', needs: 'Subscription.membersChanged' },
  { to: '/access/keys', label: 'API keys', needs: 'Query.apiKeys' },
  { to: '/access/sessions', label: 'Sessions', needs: 'Query.sessions' },
  { to: '/access/tenant', label: 'Tenant', needs: 'Mutation.setAllowList' },
]

const pagesFor = (may: May) => all.filter(({ needs }) => may(needs))

/** What stands above the pages that say who has access to what. */
export function AccessPages() {
  const { may } = useMyself()
  const { site } = useSearch({ from: '__root__' })
  const pages = pagesFor(may)
  return (
    <>
      {pages.length > 1 && (
        <Group component="nav" aria-label="Access" gap={4} mb="md">
          {pages.map(({ to, label }) => (
            <Button
              key={to}
              size="xs"
              variant="subtle"
              className="sub-page"
              renderRoot={props => <Link to={to} search={site ? { site } : {}} {...props} />}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
      <Outlet />
    </>
  )
}

/** Leads to the first page of access that one is offered. */
export function FirstAccessPage() {
  const { myself, may } = useMyself()
  const [first] = pagesFor(may)
  if (!myself || !first) return null
  return <Navigate to={first.to} search={previous => previous} replace />
}
