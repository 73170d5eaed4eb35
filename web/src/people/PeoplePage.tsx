import { Badge, Button, Card, Group, Image, SimpleGrid, Stack, Text, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUsers } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import type { PeopleChangedSubscription, PictureRefusal, PictureStatus } from '../generated/graphql.ts'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { EnrolPerson } from './EnrolPerson.tsx'

const peopleChanged = graphql(`
  subscription PeopleChanged {
    peopleChanged {
      position
      replaces
      changed {
        id
        name
        enrolledAt
        pictures {
          id
          status
          refusal
          url
        }
      }
      removed
    }
  }
`)

type Person = PeopleChangedSubscription['peopleChanged']['changed'][number]

/** Whom the tenant wants to be recognised, and what became of each picture. */
export function PeoplePage() {
  const people = useLiveRows(peopleChanged, {}, data => data.peopleChanged)
  const [enrolling, enrol] = useDisclosure()
  const [addingTo, setAddingTo] = useState<Person>()
  return (
    <>
      <PageHeader title="People" text="Whom cameras recognise, and by which pictures.">
        <Button onClick={enrol.open}>Enrol person</Button>
      </PageHeader>
      <LiveList
        rows={people}
        empty={{
          icon: <IconUsers />,
          title: 'Nobody is enrolled yet',
          text: 'Enrol somebody with a few pictures: one face each, from the front, sharp.',
          action: { label: 'Enrol the first person', onClick: enrol.open },
        }}
      >
        {rows => (
          <SimpleGrid cols={{ base: 1, sm: 2, xl: 3 }}>
            {rows
              .toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? ''))
              .map(person => (
                <PersonCard key={person.id} person={person} onAdd={() => setAddingTo(person)} />
              ))}
          </SimpleGrid>
        )}
      </LiveList>
      <EnrolPerson opened={enrolling} onClose={enrol.close} />
      <EnrolPerson opened={addingTo !== undefined} person={addingTo} onClose={() => setAddingTo(undefined)} />
    </>
  )
}

function PersonCard({ person, onAdd }: { person: Person; onAdd: () => void }) {
  const name = person.name ?? 'Erased person'
  return (
    <Card withBorder component="article" aria-label={name}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          {name}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="subtle"
            renderRoot={props => <Link to="/sightings" search={{ person: person.id }} {...props} />}
          >
            Sightings
          </Button>
          <Button size="compact-sm" variant="default" onClick={onAdd}>
            Add pictures
          </Button>
        </Group>
      </Group>
      {person.pictures.length === 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          No pictures yet: nobody is recognised without one.
        </Text>
      )}
      <SimpleGrid cols={3} mt="sm" spacing="xs">
        {person.pictures.map(picture => (
          <Stack key={picture.id} gap={4}>
            <Image src={picture.url} alt={`Picture of ${name}`} radius="sm" h={96} fit="cover" />
            <PictureBadge status={picture.status} refusal={picture.refusal} />
          </Stack>
        ))}
      </SimpleGrid>
    </Card>
  )
}

const refusals: Record<PictureRefusal, string> = {
  NO_FACE: 'No face was found. Take a picture from the front.',
  SEVERAL_FACES: 'There are several faces. Cut the picture to one.',
  TOO_SMALL: 'The face is too small. Take a closer picture.',
  BLURRED: 'The face is blurred. Take a sharper picture.',
  UNREADABLE: 'The picture could not be read.',
  MODEL_FAILED: 'Recognition failed on this picture. Add it again.',
}

function PictureBadge({ status, refusal }: { status: PictureStatus; refusal: PictureRefusal | null }) {
  if (status === 'ACCEPTED') {
    return (
      <Badge color="teal" variant="light" fullWidth>
        Accepted
      </Badge>
    )
  }
  if (status === 'PENDING') {
    return (
      <Badge color="blue" variant="light" fullWidth>
        Looking
      </Badge>
    )
  }
  return (
    <Tooltip
      label={refusal ? refusals[refusal] : 'Refused'}
      multiline
      w={220}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Badge color="red" variant="light" fullWidth tabIndex={0}>
        Refused
      </Badge>
    </Tooltip>
  )
}
