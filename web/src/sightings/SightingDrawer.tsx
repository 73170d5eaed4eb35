import {
  Alert,
  Anchor,
  Code,
  DataList,
  Drawer,
  Group,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { SightingDetailsQuery, SightingStatus } from '../generated/graphql.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { faultOf } from '../live/faults.ts'
import { Instant } from '../live/instants.tsx'
import { Picture } from '../pictures/Picture.tsx'
import { useRenewPicture } from '../pictures/renew-picture.ts'
import { useRenewCrop } from './renew-crop.ts'
import { subjectName } from './sighting-fields.ts'
import { similarityInWords } from './similarity.ts'

const sightingDetails = graphql(`
  query SightingDetails($id: UUID!) {
    sighting(id: $id) {
      ...SightingFields
      previousSightingId
      candidates {
        similarity
        person {
          id
          name
          pictures {
            id
            status
            url
          }
        }
      }
    }
  }
`)

const statuses: Record<SightingStatus, string> = {
  OPEN: 'Still there',
  LEFT: 'Left',
  STREAM_ENDED: 'The stream ended',
  UNOBSERVED: 'Not watched any more',
}

/** One sighting with what it rested on: the crop beside a reference picture, and the best candidates. */
export default function SightingDrawer({
  id,
  onClose,
  onOpen,
}: {
  id: string | undefined
  onClose: () => void
  onOpen: (id: string) => void
}) {
  const [{ data, fetching, error }, again] = useQuery({
    query: sightingDetails,
    variables: { id: id ?? '' },
    pause: id === undefined,
    requestPolicy: 'cache-and-network',
  })
  const sighting = id !== undefined && data?.sighting?.id === id ? data.sighting : undefined
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      title="Sighting"
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {error && !sighting && (
        <FailureAlert
          title="The sighting could not be loaded"
          fault={faultOf(error)}
          retry={() => again({ requestPolicy: 'network-only' })}
        />
      )}
      {fetching && !sighting && <Loading />}
      {!fetching && !error && id !== undefined && !sighting && (
        <Alert color="yellow" title="There is no such sighting">
          It isn’t yours, or the address is wrong.
        </Alert>
      )}
      {sighting && <Details sighting={sighting} onOpen={onOpen} />}
    </Drawer>
  )
}

function Loading() {
  return (
    <Stack role="status" aria-label="Loading">
      <Skeleton height={30} width="60%" />
      <SimpleGrid cols={2}>
        <Skeleton style={{ aspectRatio: 1 }} />
        <Skeleton style={{ aspectRatio: 1 }} />
      </SimpleGrid>
      <Skeleton height={160} />
    </Stack>
  )
}

function Details({
  sighting,
  onOpen,
}: {
  sighting: NonNullable<SightingDetailsQuery['sighting']>
  onOpen: (id: string) => void
}) {
  const renewCrop = useRenewCrop()
  const renewPicture = useRenewPicture()
  const { person, similarity, camera, site, candidates } = sighting
  const name = subjectName(person)
  const [best] = candidates
  const reference = best?.person?.pictures.find(picture => picture.status === 'ACCEPTED')
  return (
    <Stack>
      <Stack gap={0}>
        <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Title>
        {person && similarity !== null && (
          <Text>
            {similarityInWords(similarity)} · {similarity.toFixed(2)}
          </Text>
        )}
      </Stack>
      <SimpleGrid cols={2} spacing="sm">
        <figure style={{ margin: 0 }}>
          <Picture
            identity={sighting.id}
            src={sighting.cropUrl}
            alt="The face as it was seen"
            renew={() => renewCrop(sighting.id)}
            radius="md"
          />
          <Text size="sm" c="dimmed" component="figcaption" mt={4}>
            As seen
          </Text>
        </figure>
        {best?.person && reference && (
          <figure style={{ margin: 0 }}>
            <Picture
              identity={reference.id}
              src={reference.url}
              alt={`Enrolled picture of ${subjectName(best.person)}`}
              renew={() => renewPicture(best.person!.id, reference.id)}
              radius="md"
            />
            <Text size="sm" c="dimmed" component="figcaption" mt={4} truncate>
              {best.person.id === person?.id
                ? 'Enrolled picture'
                : `Most similar: ${subjectName(best.person)}`}
            </Text>
          </figure>
        )}
      </SimpleGrid>
      <DataList labelWidth="96px" gap="xs" withDivider>
        <DataList.Item>
          <DataList.ItemLabel>Camera</DataList.ItemLabel>
          <DataList.ItemValue>{[camera?.name, site?.name].filter(Boolean).join(' · ')}</DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>Seen</DataList.ItemLabel>
          <DataList.ItemValue>
            <Instant at={sighting.firstSeenAt} />
            {sighting.lastSeenAt !== sighting.firstSeenAt && (
              <>
                {' '}
                – <Instant at={sighting.lastSeenAt} timeOnly />
              </>
            )}
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>Now</DataList.ItemLabel>
          <DataList.ItemValue>{statuses[sighting.status]}</DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>Decided</DataList.ItemLabel>
          <DataList.ItemValue>
            on the frame of <Instant at={sighting.decidedAt} />
          </DataList.ItemValue>
        </DataList.Item>
      </DataList>
      <Group gap="md">
        {person && (
          <Anchor
            size="sm"
            renderRoot={props => (
              <Link
                to="/sightings"
                search={({ site: held }) => ({ site: held, person: person.id })}
                {...props}
              />
            )}
          >
            All sightings of {name}
          </Anchor>
        )}
        {camera && (
          <Anchor
            size="sm"
            renderRoot={props => (
              <Link
                to="/sightings"
                search={({ site: held }) => ({ site: held, camera: camera.id })}
                {...props}
              />
            )}
          >
            All at {camera.name}
          </Anchor>
        )}
        {sighting.previousSightingId && (
          <Anchor
            size="sm"
            component="button"
            type="button"
            onClick={() => onOpen(sighting.previousSightingId!)}
          >
            The sighting before
          </Anchor>
        )}
      </Group>
      <Title order={3} size="h5" mt="xs">
        Best candidates
      </Title>
      {candidates.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody was enrolled when this was decided.
        </Text>
      )}
      {candidates.map((candidate, rank) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is part of the decision and never changes
        <Stack key={rank} gap={4}>
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm" truncate>
              {subjectName(candidate.person)}
            </Text>
            <Text size="sm" style={{ flexShrink: 0 }}>
              {similarityInWords(candidate.similarity)} · {candidate.similarity.toFixed(2)}
            </Text>
          </Group>
          <Progress
            value={Math.max(0, candidate.similarity) * 100}
            color={candidate.similarity >= 0.45 ? 'teal' : 'gray'}
            aria-label={`Similarity to ${subjectName(candidate.person)}: ${candidate.similarity.toFixed(2)}`}
          />
        </Stack>
      ))}
      <Text size="xs" c="dimmed" mt="xs">
        Sighting <Code>{sighting.id}</Code>
      </Text>
    </Stack>
  )
}
