import { Box, Button, SimpleGrid, Skeleton, Stack, Title } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useClient } from 'urql'
import { graphql } from '../generated/gql.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import type { Fault } from '../live/faults.ts'
import { faultOf } from '../live/faults.ts'
import { useHeldRows, useIsAtWork } from '../live/held-rows.ts'
import { dayInWords } from '../live/instants.tsx'
import { useRenewCrop } from './renew-crop.ts'
import { SightingCard } from './SightingCard.tsx'
import { newestFirst, type Sighting } from './sighting-fields.ts'

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

/** Which sightings are looked at. */
export interface Filter {
  cameraId: string | null
  siteId: string | null
  personId: string | null
}

const columns = { base: 2, xs: 3, md: 4, lg: 5, xl: 6 }

/** The grid while it is loaded. */
export function SightingSkeleton() {
  return (
    <SimpleGrid cols={columns} spacing="sm" mt={38}>
      {Array.from({ length: 12 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} radius="md" style={{ aspectRatio: '1 / 1.45' }} />
      ))}
    </SimpleGrid>
  )
}

/** Sightings under the days on which they began, from rows that are sorted already. */
export function byDay(rows: readonly Sighting[], now: Date): { day: string; rows: Sighting[] }[] {
  const days: { day: string; rows: Sighting[] }[] = []
  for (const row of rows) {
    const day = dayInWords(row.firstSeenAt, now)
    if (days.at(-1)?.day === day) days.at(-1)!.rows.push(row)
    else days.push({ day, rows: [row] })
  }
  return days
}

/** How many sightings a live subscription begins with: with fewer there is nothing older. */
const NEWEST = 50

/** The live sightings and, on demand, the older ones behind them. */
export function SightingGrid({
  rows,
  filter,
  onOpen,
}: {
  rows: readonly Sighting[]
  filter: Filter
  onOpen: (id: string) => void
}) {
  const client = useClient()
  const renewCrop = useRenewCrop()
  const grid = useRef<HTMLDivElement>(null)
  const [older, setOlder] = useState<readonly Sighting[]>([])
  const [page, setPage] = useState<{ cursor: string | null; more: boolean; loading: boolean; fault?: Fault }>(
    {
      cursor: null,
      more: true,
      loading: false,
    },
  )
  const live = new Set(rows.map(row => row.id))
  const all = [...rows, ...older.filter(row => !live.has(row.id))].toSorted(newestFirst)
  const shown = useHeldRows(all, useIsAtWork(grid) && !page.loading)

  const loadOlder = async () => {
    setPage(({ cursor, more }) => ({ cursor, more, loading: true }))
    let { cursor } = page
    // The first pages hold what is shown already.
    for (;;) {
      const { data, error } = await client.query(
        olderSightings,
        { ...filter, after: cursor },
        { requestPolicy: 'network-only' },
      )
      if (error || !data) {
        const fault = error ? faultOf(error) : { message: 'Nothing came.', traceId: undefined }
        return setPage({ cursor, more: true, loading: false, fault })
      }
      const { edges, pageInfo } = data.sightings
      cursor = pageInfo.endCursor
      const found = edges.map(edge => edge.node)
      if (pageInfo.hasNextPage && found.every(row => live.has(row.id))) continue
      setOlder(held => [...held, ...found.filter(row => held.every(({ id }) => id !== row.id))])
      return setPage({ cursor, more: pageInfo.hasNextPage, loading: false })
    }
  }

  return (
    <Stack ref={grid} gap="lg">
      {shown.waiting > 0 && (
        <Box pos="sticky" top={68} h={0} style={{ zIndex: 5 }} ta="center">
          <Button
            size="compact-md"
            radius="xl"
            leftSection={<IconArrowUp size={16} aria-hidden />}
            onClick={() => {
              shown.release()
              window.scrollTo({ top: 0 })
            }}
          >
            {shown.waiting} new {shown.waiting === 1 ? 'sighting' : 'sightings'}
          </Button>
        </Box>
      )}
      {byDay(shown.rows, new Date()).map(({ day, rows: ofDay }) => (
        <Stack key={day} gap="xs" component="section" aria-label={day}>
          <Title order={2} size="sm" c="dimmed" fw={600}>
            {day}
          </Title>
          <SimpleGrid cols={columns} spacing="sm">
            {ofDay.map(row => (
              <SightingCard key={row.id} sighting={row} onOpen={onOpen} renewCrop={renewCrop} />
            ))}
          </SimpleGrid>
        </Stack>
      ))}
      <FailureAlert title="Older sightings could not be loaded" fault={page.fault} />
      {page.more && rows.length >= NEWEST && (
        <Button variant="default" loading={page.loading} onClick={() => void loadOlder()} mx="auto">
          Show older sightings
        </Button>
      )}
    </Stack>
  )
}
