import { Button, NativeSelect, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect } from 'react'
import { useMay } from '../myself/myself.ts'
import CreateSite from './CreateSite.tsx'
import { useSites } from './sites.ts'

/** Asks for a site: the only one is chosen already, and where there is none one can be made. */
export function SiteField({
  value,
  onChange,
  error,
}: {
  value: string | null
  onChange: (site: string | null) => void
  error?: React.ReactNode
}) {
  const { sites, known, refresh } = useSites()
  const mayCreate = useMay()('Mutation.createSite')
  const [creating, create] = useDisclosure()
  const only = sites.length === 1 ? sites[0]!.id : undefined
  useEffect(() => {
    if (only && value === null) onChange(only)
  })
  if (known && sites.length === 0 && mayCreate) {
    return (
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          Site
        </Text>
        <Button variant="default" onClick={create.open}>
          Create your first site
        </Button>
        {error && (
          <Text size="sm" c="red">
            {error}
          </Text>
        )}
        <CreateSite
          opened={creating}
          onClose={create.close}
          onCreated={(id, position) => {
            void refresh(position)
            onChange(id)
          }}
        />
      </Stack>
    )
  }
  return (
    <NativeSelect
      label="Site"
      withAsterisk
      error={error}
      value={value ?? ''}
      onChange={event => onChange(event.currentTarget.value || null)}
      data={[
        { value: '', label: 'Where it stands' },
        ...sites.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}
