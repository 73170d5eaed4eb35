import {
  AspectRatio,
  Badge,
  Button,
  Card,
  Group,
  Image,
  Select,
  SimpleGrid,
  Stack,
  Text,
  UnstyledButton,
} from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { SightingFieldsFragment } from '../generated/graphql.ts'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { SightingDrawer } from './SightingDrawer.tsx'
import { similarityInWords } from './similarity.ts'

export const sightingFields = graphql(`
  fragment SightingFields on Sighting {
    id
    status
    similarity
    firstSeenAt
    lastSeenAt
    decidedAt
    cropUrl
    person {
      id
      name
    }
    camera {
      id
      name
    }
    site {
      id
      name
    }
  }
`)

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

const olderSightings = graphql(`
  query OlderSightings($cameraId: UUID, $siteId: UUID, $personId: UUID, $after: Cursor) {
    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId, first: 50, after: $after) {
      edges {
        node {
          ...SightingFields
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

const filterChoices = graphql(`
  query SightingFilters {
    cameras(first: 200) {
      edges {
        node {
          id
          name
        }
      }
    }
    people(first: 200) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`)

/** Who was seen, as it happens. Filters and the opened sighting stand in the address. */
export function SightingsPage() {
  const { camera, person, sighting } = useSearch({ from: '/sightings' })
  const { site } = useSearch({ from: '__root__' })
  const navigate = useNavigate({ from: '/sightings' })
  const filter = { cameraId: camera ?? null, siteId: site ?? null, personId: person ?? null }
  const live = useLiveRows(sightings, filter, data => data.sightings)
  const [{ data: choices }] = useQuery({ query: filterChoices })
  const show = (change: {
    camera?: string | undefined
    person?: string | undefined
    sighting?: string | undefined
  }) => void navigate({ search: previous => ({ ...previous, ...change }) })
  return (
    <>
      <PageHeader title="Sightings" text="Who was seen, newest first, as it happens.">
        <Select
          aria-label="Camera"
          placeholder="All cameras"
          clearable
          searchable
          w={180}
          data={choices?.cameras.edges.map(({ node }) => ({ value: node.id, label: node.name })) ?? []}
          value={camera ?? null}
          onChange={value => show({ camera: value ?? undefined })}
        />
        <Select
          aria-label="Person"
          placeholder="Everybody"
          clearable
          searchable
          w={180}
          data={
            choices?.people.edges.map(({ node }) => ({
              value: node.id,
              label: node.name ?? 'Erased person',
            })) ?? []
          }
          value={person ?? null}
          onChange={value => show({ person: value ?? undefined })}
        />
      </PageHeader>
      <LiveList
        rows={live}
        empty={{
          icon: <IconEye />,
          title: 'Nobody was seen yet',
          text: 'Sightings appear here as soon as a live camera sees a face. Check that a camera is live.',
          action: {
            label: 'Go to cameras',
            onClick: () => void navigate({ to: '/cameras', search: site ? { site } : {} }),
          },
        }}
      >
        {rows => (
          <SightingGrid
            key={JSON.stringify(filter)}
            rows={rows}
            filter={filter}
            onOpen={id => show({ sighting: id })}
          />
        )}
      </LiveList>
      <SightingDrawer id={sighting} onClose={() => show({ sighting: undefined })} />
    </>
  )
}

interface Filter {
  cameraId: string | null
  siteId: string | null
  personId: string | null
}

/** The live sightings and, on demand, the older ones behind them. */
function SightingGrid({
  rows,
  filter,
  onOpen,
}: {
  rows: readonly SightingFieldsFragment[]
  filter: Filter
  onOpen: (id: string) => void
}) {
  const client = useClient()
  const [older, setOlder] = useState<readonly SightingFieldsFragment[]>([])
  const [page, setPage] = useState<{ cursor: string | null; more: boolean; loading: boolean }>({
    cursor: null,
    more: true,
    loading: false,
  })
  const loadOlder = async () => {
    setPage(held => ({ ...held, loading: true }))
    const result = await client.query(
      olderSightings,
      { ...filter, after: page.cursor },
      { requestPolicy: 'network-only' },
    )
    const connection = result.data?.sightings
    setPage(held => ({
      cursor: connection?.pageInfo.endCursor ?? held.cursor,
      more: connection?.pageInfo.hasNextPage ?? true,
      loading: false,
    }))
    setOlder(held => [...held, ...(connection?.edges.map(edge => edge.node) ?? [])])
  }
  const live = new Set(rows.map(row => row.id))
  const shown = [...rows, ...older.filter(row => !live.has(row.id))].toSorted((a, b) =>
    b.firstSeenAt.localeCompare(a.firstSeenAt),
  )
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 4, xl: 6 }} spacing="sm">
        {shown.map(row => (
          <SightingCard key={row.id} sighting={row} onOpen={() => onOpen(row.id)} />
        ))}
      </SimpleGrid>
      {page.more && rows.length >= 50 && (
        <Button variant="default" loading={page.loading} onClick={() => void loadOlder()} mx="auto">
          Show older sightings
        </Button>
      )}
    </Stack>
  )
}

/** How a sighting's subject is called. */
export function subjectName(person: { name: string | null } | null): string {
  if (!person) return 'Unknown'
  return person.name ?? 'Erased person'
}

function SightingCard({ sighting, onOpen }: { sighting: SightingFieldsFragment; onOpen: () => void }) {
  const name = subjectName(sighting.person)
  return (
    <UnstyledButton onClick={onOpen} aria-label={`${name} at ${sighting.camera?.name ?? 'a camera'}`}>
      <Card withBorder padding="xs" h="100%" data-sighting={sighting.id}>
        <Card.Section pos="relative">
          <AspectRatio ratio={1}>
            <Image src={sighting.cropUrl} alt={`Face of ${name}`} fit="cover" />
          </AspectRatio>
          {sighting.status === 'OPEN' && (
            <Badge pos="absolute" top={8} right={8} color="teal" variant="filled" size="sm">
              there now
            </Badge>
          )}
        </Card.Section>
        <Text fw={600} mt="xs" truncate c={sighting.person ? undefined : 'dimmed'}>
          {name}
        </Text>
        {sighting.person && sighting.similarity !== null && (
          <Text size="sm">
            {similarityInWords(sighting.similarity)} · {sighting.similarity.toFixed(2)}
          </Text>
        )}
        <Group justify="space-between" gap={4} wrap="nowrap">
          <Text size="sm" c="dimmed" truncate>
            {sighting.camera?.name}
          </Text>
          <Instant at={sighting.firstSeenAt} />
        </Group>
      </Card>
    </UnstyledButton>
  )
}
