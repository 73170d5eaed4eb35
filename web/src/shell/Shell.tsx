import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NavLink,
  Select,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCamera, IconEye, IconMoon, IconPlus, IconRouter, IconSun, IconUsers } from '@tabler/icons-react'
import { Link, Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router'
import { CreateSite } from '../sites/CreateSite.tsx'
import { useSites } from '../sites/sites.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'

const pages = [
  { to: '/sightings', label: 'Sightings', icon: IconEye },
  { to: '/people', label: 'People', icon: IconUsers },
  { to: '/cameras', label: 'Cameras', icon: IconCamera },
  { to: '/agents', label: 'Agents', icon: IconRouter },
] as const

/** What stands around every page: navigation, tenant and site, and how live the picture is. */
export function Shell() {
  const [navigationOpened, navigation] = useDisclosure()
  const [creatingSite, createSite] = useDisclosure()
  const { tenant, sites, refresh } = useSites()
  const { site } = useSearch({ from: '__root__' })
  const navigate = useNavigate()
  const path = useRouterState({ select: state => state.location.pathname })
  const { colorScheme, toggleColorScheme } = useMantineColorScheme()
  const showSite = (next: string | undefined) =>
    void navigate({ to: '.', search: previous => ({ ...previous, site: next }) })

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !navigationOpened } }}
      padding="md"
    >
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={navigationOpened}
              onClick={navigation.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
            />
            <Text fw={700} visibleFrom="xs">
              Sightline
            </Text>
            <Text c="dimmed" truncate>
              {tenant?.name}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Select
              aria-label="Site"
              placeholder="All sites"
              data={sites.map(({ id, name }) => ({ value: id, label: name }))}
              value={site ?? null}
              onChange={value => showSite(value ?? undefined)}
              clearable
              searchable
              w={{ base: 130, xs: 180 }}
            />
            <ActionIcon variant="default" size="lg" aria-label="New site" onClick={createSite.open}>
              <IconPlus size={18} />
            </ActionIcon>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={colorScheme === 'dark' ? 'Light colours' : 'Dark colours'}
              onClick={toggleColorScheme}
            >
              {colorScheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
            </ActionIcon>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {pages.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            label={label}
            leftSection={<Icon size={18} />}
            active={path.startsWith(to)}
            renderRoot={props => (
              <Link to={to} search={site ? { site } : {}} onClick={navigation.close} {...props} />
            )}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <ConnectionBanner />
        <Outlet />
        <CreateSite
          opened={creatingSite}
          onClose={createSite.close}
          onCreated={id => {
            refresh()
            showSite(id)
          }}
        />
      </AppShell.Main>
    </AppShell>
  )
}
