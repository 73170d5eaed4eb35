import { ActionIcon, AppShell, Group, Image, NavLink, Text, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconBuildingPlus,
  IconCamera,
  IconEye,
  IconMoon,
  IconRouter,
  IconSun,
  IconUsers,
} from '@tabler/icons-react'
import { Link, Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { SiteChoice } from '../sites/SiteChoice.tsx'
import { useSites } from '../sites/sites.ts'
import { ConnectionBanner, LiveMark } from './ConnectionState.tsx'
import { OnDemand } from './OnDemand.tsx'

const CreateSite = lazy(() => import('../sites/CreateSite.tsx'))

const pages = [
  { to: '/sightings', label: 'Sightings', icon: IconEye },
  { to: '/people', label: 'People', icon: IconUsers },
  { to: '/cameras', label: 'Cameras', icon: IconCamera },
  { to: '/agents', label: 'Agents', icon: IconRouter },
] as const

/** What stands around every page: navigation, tenant and site, and how live the picture is. */
export function Shell() {
  const [creatingSite, createSite] = useDisclosure()
  const { tenant, sites, known, refresh } = useSites()
  const { site } = useSearch({ from: '__root__' })
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const { colorScheme, toggleColorScheme } = useMantineColorScheme()
  const showSite = (next: string | undefined) =>
    void navigate({ to: '.', search: previous => ({ ...previous, site: next }) })
  const search = site ? { site } : {}

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
            <Text c="dimmed" truncate title={tenant?.name}>
              {tenant?.name}
            </Text>
            <LiveMark />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SiteChoice sites={sites} known={known} site={site} onChange={showSite} />
            <ActionIcon
              variant="default"
              size="lg"
              aria-label="New site"
              title="New site"
              onClick={createSite.open}
            >
              <IconBuildingPlus size={18} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={colorScheme === 'dark' ? 'Light colours' : 'Dark colours'}
              title={colorScheme === 'dark' ? 'Light colours' : 'Dark colours'}
              onClick={toggleColorScheme}
            >
              {colorScheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
            </ActionIcon>
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
        <Outlet />
        <OnDemand wanted={creatingSite}>
          <CreateSite
            opened={creatingSite}
            onClose={createSite.close}
            onCreated={id => {
              refresh()
              showSite(id)
            }}
          />
        </OnDemand>
      </AppShell.Main>
      <ConnectionBanner />
    </AppShell>
  )
}
