import { NativeSelect } from '@mantine/core'
import type { Site } from './sites.ts'

/** Which site is looked at, or all of them. */
export function SiteChoice({
  sites,
  known,
  site,
  onChange,
}: {
  sites: readonly Site[]
  known: boolean
  site: string | undefined
  onChange: (site: string | undefined) => void
}) {
  const listed = site === undefined || sites.some(({ id }) => id === site)
  return (
    <NativeSelect
      aria-label="Site"
      w={{ base: 116, xs: 180 }}
      value={site ?? ''}
      onChange={event => onChange(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: 'All sites' },
        ...sites.map(({ id, name }) => ({ value: id, label: name })),
        ...(listed ? [] : [{ value: site, label: known ? 'Unknown site' : '…' }]),
      ]}
    />
  )
}
