import { Button, NativeSelect } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, useCallback } from 'react'
import { graphql } from '../generated/gql.ts'
import { LiveList } from '../live/LiveList.tsx'
import { type LiveRows, useLiveRows } from '../live/live-rows.ts'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { SightingGrid, SightingSkeleton } from './SightingGrid.tsx'

const SightingDrawer = lazy(() => import('./SightingDrawer.tsx'))

const sightings = graphql(`
  subscription Sightings($cameraId: UUID, $siteId: UUID, $personId: UUID) {
    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId) {
      position
      replaces
      changed {
        ...SightingFields
      }
      removed
    }
  }
`)

const cameraNames = graphql(`
  subscription CameraNames($siteId: UUID) {
    camerasChanged(siteId: $siteId) {
      position
      replaces
      changed {
        id
        name
      }
      removed
    }
  }
`)

const peopleNames = graphql(`
  subscription PeopleNames {
    peopleChanged {
      position
      replaces
      changed {
        id
        name
      }
      removed
    }
  }
`)

/** Who was seen, as it happens. Filters and the opened sighting stand in the address. */
export function SightingsPage() {
  const { site, camera, person, sighting } = useSearch({ from: '/sightings' })
  const navigate = useNavigate({ from: '/sightings' })
  const filter = { cameraId: camera ?? null, siteId: site ?? null, personId: person ?? null }
  const live = useLiveRows(sightings, filter, data => data.sightings)
  const cameras = useLiveRows(cameraNames, { siteId: site ?? null }, data => data.camerasChanged)
  const mayFilterByPerson = useMay()('Subscription.peopleChanged')
  const people = useLiveRows(peopleNames, {}, data => data.peopleChanged, { pause: !mayFilterByPerson })
  const show = useCallback(
    (change: { camera?: string | undefined; person?: string | undefined; sighting?: string | undefined }) =>
      void navigate({ search: previous => ({ ...previous, ...change }), resetScroll: false }),
    [navigate],
  )
  const open = useCallback((id: string) => show({ sighting: id }), [show])
  const filtered = camera !== undefined || person !== undefined
  return (
    <>
      <PageHeader title="Sightings" text="Who was seen, newest first, as it happens.">
        <FilterChoice
          label="Camera"
          all="All cameras"
          rows={cameras}
          value={camera}
          onChange={next => show({ camera: next })}
        />
        {mayFilterByPerson && (
          <FilterChoice
            label="Person"
            all="Everybody"
            rows={people}
            value={person}
            onChange={next => show({ person: next })}
          />
        )}
      </PageHeader>
      <LiveList
        rows={live}
        skeleton={<SightingSkeleton />}
        empty={
          filtered
            ? {
                icon: <IconEye />,
                title: 'Nobody was seen who fits',
                text: 'No sighting is of this camera and this person.',
                action: {
                  label: 'Show all sightings',
                  onClick: () => show({ camera: undefined, person: undefined }),
                },
              }
            : {
                icon: <IconEye />,
                title: 'Nobody was seen yet',
                text: 'Sightings appear here as soon as a live camera sees a face. Check that a camera is live.',
                action: {
                  label: 'Go to cameras',
                  onClick: () => void navigate({ to: '/cameras', search: site ? { site } : {} }),
                },
              }
        }
      >
        {rows => <SightingGrid key={JSON.stringify(filter)} rows={rows} filter={filter} onOpen={open} />}
      </LiveList>
      <OnDemand wanted={sighting !== undefined}>
        <SightingDrawer id={sighting} onClose={() => show({ sighting: undefined })} onOpen={open} />
      </OnDemand>
    </>
  )
}

/** A filter by one of the rows that a subscription keeps. */
function FilterChoice({
  label,
  all,
  rows,
  value,
  onChange,
}: {
  label: string
  all: string
  rows: LiveRows<{ id: string; name: string | null }>
  value: string | undefined
  onChange: (id: string | undefined) => void
}) {
  if (rows.phase === 'failed') {
    return (
      <Button variant="default" px="xs" w={{ base: 'calc(50% - 5px)', sm: 180 }} onClick={rows.retry}>
        Retry {label.toLowerCase()} filter
      </Button>
    )
  }
  const choices = rows.phase === 'live' ? rows.rows : []
  const listed = value === undefined || choices.some(({ id }) => id === value)
  return (
    <NativeSelect
      aria-label={label}
      w={{ base: 'calc(50% - 5px)', sm: 180 }}
      value={value ?? ''}
      onChange={event => onChange(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: all },
        ...choices
          .map(({ id, name }) => ({ value: id, label: name ?? 'Erased person' }))
          .toSorted((a, b) => a.label.localeCompare(b.label)),
        ...(listed ? [] : [{ value, label: rows.phase === 'live' ? 'Unknown' : '…' }]),
      ]}
    />
  )
}
