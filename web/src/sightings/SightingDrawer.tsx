import {
  Alert,
  Code,
  Drawer,
  Group,
  Image,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core'
import { useQuery } from 'urql'
import { graphql } from '../generated/gql.ts'
import type { SightingStatus } from '../generated/graphql.ts'
import { Instant } from '../live/instants.tsx'
import { subjectName } from './SightingsPage.tsx'
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
  OPEN: 'still there',
  LEFT: 'left',
  STREAM_ENDED: 'the stream ended',
  UNOBSERVED: 'not watched any more',
}

/** One sighting with what it rested on: the crop beside reference pictures, and the best candidates. */
export function SightingDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const [{ data, fetching, error }] = useQuery({
    query: sightingDetails,
    variables: { id: id ?? '' },
    pause: id === undefined,
    requestPolicy: 'cache-and-network',
  })
  const sighting = id === undefined ? undefined : data?.sighting
  const reference = sighting?.candidates[0]?.person?.pictures.find(picture => picture.status === 'ACCEPTED')
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" title="Sighting" size="md">
      {error && (
        <Alert color="red" title="The sighting could not be loaded">
          {error.graphQLErrors[0]?.message ?? 'The server could not be reached. Close and try again.'}
        </Alert>
      )}
      {fetching && !sighting && <Skeleton height={240} />}
      {!fetching && !error && id !== undefined && !sighting && (
        <Alert color="yellow" title="There is no such sighting">
          It isn’t yours, or the address is wrong.
        </Alert>
      )}
      {sighting && (
        <Stack>
          <Title order={2} size="h3">
            {subjectName(sighting.person)}
          </Title>
          <SimpleGrid cols={2}>
            <figure style={{ margin: 0 }}>
              <Image src={sighting.cropUrl} alt="The face as it was seen" radius="md" />
              <Text size="sm" c="dimmed" component="figcaption">
                as seen
              </Text>
            </figure>
            {reference && (
              <figure style={{ margin: 0 }}>
                <Image src={reference.url} alt="Reference picture of the best candidate" radius="md" />
                <Text size="sm" c="dimmed" component="figcaption">
                  best candidate
                </Text>
              </figure>
            )}
          </SimpleGrid>
          <Table variant="vertical" layout="fixed">
            <Table.Tbody>
              <Table.Tr>
                <Table.Th w={130}>Camera</Table.Th>
                <Table.Td>
                  {[sighting.camera?.name, sighting.site?.name].filter(Boolean).join(' · ')}
                </Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th>Seen</Table.Th>
                <Table.Td>
                  <Instant at={sighting.firstSeenAt} /> – <Instant at={sighting.lastSeenAt} />
                </Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th>Now</Table.Th>
                <Table.Td>{statuses[sighting.status]}</Table.Td>
              </Table.Tr>
              <Table.Tr>
                <Table.Th>Decided on</Table.Th>
                <Table.Td>
                  the frame of <Instant at={sighting.decidedAt} />
                </Table.Td>
              </Table.Tr>
            </Table.Tbody>
          </Table>
          <Title order={3} size="h5">
            Best candidates
          </Title>
          {sighting.candidates.length === 0 && (
            <Text size="sm" c="dimmed">
              Nobody was enrolled when this was decided.
            </Text>
          )}
          {sighting.candidates.map(candidate => (
            <Stack key={candidate.person?.id ?? candidate.similarity} gap={2}>
              <Group justify="space-between">
                <Text size="sm">{subjectName(candidate.person)}</Text>
                <Text size="sm">
                  {similarityInWords(candidate.similarity)} · {candidate.similarity.toFixed(2)}
                </Text>
              </Group>
              <Progress
                value={Math.max(0, candidate.similarity) * 100}
                color={candidate.similarity >= 0.45 ? 'teal' : 'gray'}
                aria-label={`Similarity ${candidate.similarity.toFixed(2)}`}
              />
            </Stack>
          ))}
          <Text size="xs" c="dimmed">
            Sighting <Code>{sighting.id}</Code>
          </Text>
        </Stack>
      )}
    </Drawer>
  )
}
