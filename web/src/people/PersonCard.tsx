import { Badge, Button, Card, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { PeopleChangedSubscription, PictureRefusal } from '../generated/graphql.ts'
import { Picture } from '../pictures/Picture.tsx'

/** Somebody who is enrolled. */
export type Person = PeopleChangedSubscription['peopleChanged']['changed'][number]
type PersonPicture = Person['pictures'][number]

/** One person with the pictures by which they are recognised. */
export function PersonCard({
  person,
  onAdd,
  renewPicture,
}: {
  person: Person
  /** Undefined where one may not. */
  onAdd: (() => void) | undefined
  renewPicture: (personId: string, pictureId: string) => Promise<string | undefined>
}) {
  const name = person.name ?? 'Erased person'
  const refused = person.pictures.filter(picture => picture.status === 'REFUSED')
  return (
    <Card withBorder component="article" aria-label={name} padding="md">
      <Stack gap="sm" flex={1}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Title order={2} size="md" lineClamp={2} title={name} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          <Readiness pictures={person.pictures} />
        </Group>
        {person.pictures.length > 0 && (
          <SimpleGrid cols={3} spacing="xs">
            {person.pictures.map(picture => (
              <Stack key={picture.id} gap={4}>
                <Picture
                  identity={picture.id}
                  src={picture.url}
                  alt={`Picture of ${name}`}
                  renew={() => renewPicture(person.id, picture.id)}
                  radius="sm"
                />
                <PictureState picture={picture} />
              </Stack>
            ))}
          </SimpleGrid>
        )}
        {refused.length > 0 && (
          <Stack gap={2}>
            {[
              ...new Set(
                refused.map(({ refusal }) => (refusal ? refusals[refusal] : 'A picture was refused.')),
              ),
            ].map(sentence => (
              <Text key={sentence} size="sm" c="var(--mantine-color-error)">
                {sentence}
              </Text>
            ))}
          </Stack>
        )}
        <Group gap="xs" mt="auto">
          {onAdd && (
            <Button size="xs" variant="default" onClick={onAdd} aria-label={`Add pictures of ${name}`}>
              Add pictures
            </Button>
          )}
          <Button
            size="xs"
            variant="subtle"
            aria-label={`Sightings of ${name}`}
            renderRoot={props => (
              <Link to="/sightings" search={({ site }) => ({ site, person: person.id })} {...props} />
            )}
          >
            Sightings
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}

/** Whether cameras can recognise somebody by these pictures. */
function Readiness({ pictures }: { pictures: readonly PersonPicture[] }) {
  if (pictures.some(({ status }) => status === 'ACCEPTED')) {
    return (
      <Badge color="teal" variant="light" style={{ flexShrink: 0 }}>
        Recognised
      </Badge>
    )
  }
  if (pictures.some(({ status }) => status === 'PENDING')) {
    return (
      <Badge color="blue" variant="light" style={{ flexShrink: 0 }}>
        Looking
      </Badge>
    )
  }
  return (
    <Badge color="yellow" variant="light" style={{ flexShrink: 0 }}>
      Needs a picture
    </Badge>
  )
}

const refusals: Record<PictureRefusal, string> = {
  NO_FACE: 'No face was found. Take a picture from the front.',
  SEVERAL_FACES: 'There are several faces. Cut the picture to one.',
  TOO_SMALL: 'The face is too small. Take a closer picture.',
  BLURRED: 'The face is blurred. Take a sharper picture.',
  UNREADABLE: 'The picture could not be read.',
  MODEL_FAILED: 'Recognition failed on a picture. Add it again.',
}

const states = { ACCEPTED: 'Accepted', PENDING: 'Looking', REFUSED: 'Refused' } as const

function PictureState({ picture: { status } }: { picture: PersonPicture }) {
  return (
    <Group gap={4} wrap="nowrap" c={status === 'REFUSED' ? 'var(--mantine-color-error)' : 'dimmed'}>
      {status === 'ACCEPTED' && <IconCheck size={14} aria-hidden />}
      {status === 'PENDING' && <Loader size={12} aria-hidden />}
      {status === 'REFUSED' && <IconAlertTriangle size={14} aria-hidden />}
      <Text size="xs" truncate>
        {states[status]}
      </Text>
    </Group>
  )
}
