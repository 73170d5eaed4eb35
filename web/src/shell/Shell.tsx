import { ActionIcon, AppShell, Group, Image, NavLink, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBuildingPlus, IconUser } from '@tabler/icons-react'
import { Link, Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { useMyself } from '../myself/myself.ts'
import { useRightsWatch } from '../myself/rights-watch.ts'
import { useSession } from '../session.ts'
import { SiteChoice } from '../sites/SiteChoice.tsx'
import { useSites } from '../sites/sites.ts'
import { ConnectionBanner, LiveMark } from './ConnectionState.tsx'
import { OnDemand } from './OnDemand.tsx'
import { pagesFor } from './pages.ts'

const CreateSite = lazy(() => import('../sites/CreateSite.tsx'))
const AccountMenu = lazy(() => import('./AccountMenu.tsx'))

/** What stands around every page: navigation, tenant and site, who is signed in, and how live the picture is. */
export function Shell() {
  const [creatingSite, createSite] = useDisclosure()
  const { myself, may, fault, retry } = useMyself()
  const isLive = useRightsWatch()
  const { sites, known, refresh } = useSites()
  const { site } = useSearch({ from: '__root__' })
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const showSite = (next: string | undefined) =>
    void navigate({ to: '.', search: previous => ({ ...previous, site: next }) })
  const search = site ? { site } : {}
  const pages = pagesFor(may)
  const place = myself && (myself.tenant?.name ?? 'All of Sightline')
  const hasBegun = useEveryTenantAnew()

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: true } }}
      footer={{ height: { base: 58, sm: 0 } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Image src="/icon.svg" alt="" w={28} h={28} />
            <Text fw={700} visibleFrom="sm">
              Sightline
            </Text>
            <Text c="dimmed" truncate title={place}>
              {place}
            </Text>
            {isLive && <LiveMark />}
          </Group>
          <Group gap="xs" wrap="nowrap">
            {may('Query.sites') && <SiteChoice sites={sites} known={known} site={site} onChange={showSite} />}
            {may('Mutation.createSite') && (
              <ActionIcon
                variant="default"
                size="lg"
                aria-label="New site"
                title="New site"
                onClick={createSite.open}
              >
                <IconBuildingPlus size={18} />
              </ActionIcon>
            )}
            <Suspense
              fallback={
                <ActionIcon variant="default" size="lg" disabled aria-label="Account">
                  <IconUser size={18} />
                </ActionIcon>
              }
            >
              <AccountMenu />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" visibleFrom="sm">
        {pages.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            label={label}
            leftSection={<Icon size={18} aria-hidden />}
            active={path.startsWith(to)}
            bdrs="md"
            renderRoot={props => <Link to={to} search={search} {...props} />}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Footer hiddenFrom="sm">
        <Group component="nav" aria-label="Pages" h="100%" gap={0} wrap="nowrap" align="stretch">
          {pages.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} search={search} className="tab">
              <Icon size={22} aria-hidden />
              {label}
            </Link>
          ))}
        </Group>
      </AppShell.Footer>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        {fault ? (
          <FailureAlert title="Who you are here could not be asked for" fault={fault} retry={retry} />
        ) : (
          hasBegun && <Outlet />
        )}
        <OnDemand wanted={creatingSite}>
          <CreateSite
            opened={creatingSite}
            onClose={createSite.close}
            onCreated={(id, position) => {
              void refresh(position)
              showSite(id)
            }}
          />
        </OnDemand>
      </AppShell.Main>
      <ConnectionBanner />
    </AppShell>
  )
}

/** The tenant that was shown last, also to whoever was shut out of it since; null for all of Sightline. */
let shownLast: string | null | undefined

/**
 * What the address names is of one tenant: in another one begins anew. Until it does no page is shown: it would ask for
 * what may be nobody's there.
 */
function useEveryTenantAnew(): boolean {
  const session = useSession()
  const navigate = useNavigate()
  const tenantId = session.phase === 'signed in' ? session.held.tenantId : undefined
  const [shown, setShown] = useState(shownLast === undefined ? tenantId : shownLast)
  useEffect(() => {
    if (tenantId === undefined) return
    shownLast = tenantId
    if (shown !== tenantId) void navigate({ to: '/', search: {} }).finally(() => setShown(tenantId))
  }, [tenantId, shown, navigate])
  return shown === tenantId
}
