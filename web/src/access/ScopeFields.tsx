import { MultiSelect, TextInput } from '@mantine/core'
import { graphql } from '../generated/gql.ts'
import { useLiveRows } from '../live/live-rows.ts'
import { useSites } from '../sites/sites.ts'

const scopeCameras = graphql(`
  subscription ScopeCameras {
    camerasChanged {
      position
      replaces
      changed {
        id
        name
        site {
          id
          name
        }
      }
      removed
    }
  }
`)

/** Sites and cameras that are chosen, and until when, as `<input type="datetime-local">` has it; empty for no end. */
export interface ScopeValues {
  siteIds: string[]
  cameraIds: string[]
  ends: string
}

export const noScope: ScopeValues = { siteIds: [], cameraIds: [], ends: '' }

/** What is wrong with a choice, for the field that it is about. */
export function scopeFaults({ siteIds, cameraIds, ends }: ScopeValues, now: Date) {
  return {
    ...(siteIds.length + cameraIds.length === 0 && { sites: 'Choose a site or a camera.' }),
    ...(ends !== '' && new Date(ends) <= now && { ends: 'Choose a time to come.' }),
  }
}

/** The choice as a command takes it. */
export function scopeInput({ siteIds, cameraIds, ends }: ScopeValues) {
  return { siteIds, cameraIds, endsAt: ends === '' ? null : new Date(ends).toISOString() }
}

/** Asks for sites, cameras, and until when. */
export function ScopeFields({
  value,
  onChange,
  faults,
}: {
  value: ScopeValues
  onChange: (value: ScopeValues) => void
  faults: { sites?: string; ends?: string }
}) {
  const { sites } = useSites()
  const cameras = useLiveRows(scopeCameras, {}, data => data.camerasChanged)
  const rows = cameras.phase === 'live' ? cameras.rows : []
  return (
    <>
      <MultiSelect
        label="Sites"
        description="With all their cameras, also those to come."
        placeholder={value.siteIds.length === 0 ? 'Choose sites' : ''}
        data={sites.map(({ id, name }) => ({ value: id, label: name }))}
        value={value.siteIds}
        onChange={siteIds => onChange({ ...value, siteIds })}
        error={faults.sites}
        searchable
        limit={100}
        nothingFoundMessage="No such site"
        hidePickedOptions
      />
      <MultiSelect
        label="Cameras"
        placeholder={value.cameraIds.length === 0 ? 'Choose cameras' : ''}
        data={rows.map(({ id, name, site }) => ({
          value: id,
          label: site ? `${name} (${site.name})` : name,
        }))}
        value={value.cameraIds}
        onChange={cameraIds => onChange({ ...value, cameraIds })}
        searchable
        limit={100}
        nothingFoundMessage="No such camera"
        hidePickedOptions
      />
      <TextInput
        type="datetime-local"
        label="Until"
        description="Empty for no end."
        value={value.ends}
        onChange={event => onChange({ ...value, ends: event.currentTarget.value })}
        error={faults.ends}
      />
    </>
  )
}
