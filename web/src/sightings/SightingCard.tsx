import { Badge, Card, Group, Text } from '@mantine/core'
import { memo } from 'react'
import { Instant } from '../live/instants.tsx'
import { Picture } from '../pictures/Picture.tsx'
import { type Sighting, subjectName } from './sighting-fields.ts'
import { similarityInWords } from './similarity.ts'

/** One sighting: the face large, who it is, how similar, where and when. */
export const SightingCard = memo(function SightingCard({
  sighting,
  onOpen,
  renewCrop,
}: {
  sighting: Sighting
  onOpen: (id: string) => void
  renewCrop: (id: string) => Promise<string | undefined>
}) {
  const { id, person, similarity, camera, status } = sighting
  const name = subjectName(person)
  return (
    <Card
      className="sighting-card"
      component="button"
      type="button"
      withBorder
      padding="xs"
      ta="left"
      onClick={() => onOpen(id)}
      data-sighting={id}
    >
      <Card.Section pos="relative" component="span" display="block">
        <Picture
          identity={id}
          src={sighting.cropUrl}
          alt={person ? `Face of ${name}` : 'Face of somebody unknown'}
          renew={() => renewCrop(id)}
        />
        {status === 'OPEN' && (
          <Badge
            pos="absolute"
            top={8}
            left={8}
            color="teal.9"
            variant="filled"
            size="sm"
            autoContrast={false}
          >
            there now
          </Badge>
        )}
      </Card.Section>
      <Text
        fw={650}
        mt={8}
        truncate
        c={person ? undefined : 'dimmed'}
        title={name}
        component="span"
        display="block"
      >
        {name}
      </Text>
      <Text size="sm" component="span" display="block" truncate c={person ? undefined : 'dimmed'}>
        {person && similarity !== null
          ? `${similarityInWords(similarity)} · ${similarity.toFixed(2)}`
          : 'not recognised'}
      </Text>
      <Group component="span" justify="space-between" gap={6} wrap="nowrap" mt={2}>
        <Text size="sm" c="dimmed" truncate title={camera?.name} component="span">
          {camera?.name ?? 'A camera'}
        </Text>
        <Instant at={sighting.firstSeenAt} toMinute c="dimmed" style={{ flexShrink: 0 }} />
      </Group>
    </Card>
  )
})
