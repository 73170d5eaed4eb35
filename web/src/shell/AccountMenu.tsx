import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core'
import { IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { useMyself } from '../myself/myself.ts'
import { roleInWords } from '../myself/roles.ts'
import { signOut, switchTenant } from '../session.ts'

/** Stands for the place of a system administrator, which is in no tenant. */
const NO_TENANT = 'none'

/** Who is signed in, the tenants that they may go to, colours, and the way out. */
export default function AccountMenu() {
  const { myself, retry: askAgain } = useMyself()
  const { colorScheme, toggleColorScheme } = useMantineColorScheme()
  const [opened, setOpened] = useState(false)
  const [failed, setFailed] = useState(false)
  const dark = colorScheme === 'dark'
  const places = [
    ...(myself?.systemAdministrator
      ? [{ id: NO_TENANT, name: 'All of Sightline', role: 'System administrator' }]
      : []),
    ...(myself?.tenants ?? []).map(({ id, name, role }) => ({ id, name, role: roleInWords(role) })),
  ]
  const here = myself && (myself.tenant?.id ?? NO_TENANT)
  const goTo = async (place: string) => {
    const there = place === here || (await switchTenant(place === NO_TENANT ? null : place))
    setFailed(!there)
    if (there) setOpened(false)
  }
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={260}
      // Within the banner: what stands in no landmark is passed over by those who listen.
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      // Nothing tells of other tenants that one has become a member of.
      onOpen={askAgain}
      onClose={() => setFailed(false)}
    >
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="Account" title="Account">
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" c="var(--mantine-color-text)" style={{ overflowWrap: 'anywhere' }}>
            {myself?.email ?? (myself?.systemAdministrator ? 'System administrator' : 'Signed in')}
          </Text>
          {myself?.role && (
            <Text size="sm">
              {roleInWords(myself.role)}
              {myself.everywhere ? '' : ', at some sites and cameras'}
            </Text>
          )}
        </Menu.Label>
        <Menu.Divider />
        {places.length > 1 && (
          <>
            <Menu.Label>{failed ? 'It could not be reached' : 'Tenants'}</Menu.Label>
            <Menu.RadioGroup value={here ?? null} onChange={place => void goTo(place)}>
              {places.map(({ id, name, role }) => (
                <Menu.RadioItem key={id} value={id}>
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </Text>
                  <Text size="xs">{role}</Text>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Divider />
          </>
        )}
        <Menu.Item
          leftSection={dark ? <IconSun size={16} /> : <IconMoon size={16} />}
          onClick={toggleColorScheme}
        >
          {dark ? 'Light colours' : 'Dark colours'}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
