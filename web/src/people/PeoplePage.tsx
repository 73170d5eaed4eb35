import { Button, SimpleGrid, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { lazy, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { useMay } from '../myself/myself.ts'
import { useRenewPicture } from '../pictures/renew-picture.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { type Person, PersonCard } from './PersonCard.tsx'

const EnrolPerson = lazy(() => import('./EnrolPerson.tsx'))

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

const columns = { base: 1, xs: 2, lg: 3, xl: 4 }

/** Whom the tenant wants to be recognised, and what became of each picture. */
export function PeoplePage() {
  const people = useLiveRows(peopleChanged, {}, data => data.peopleChanged)
  const may = useMay()
  const mayEnrol = may('Mutation.enrolPerson')
  const renewPicture = useRenewPicture()
  const [enrolling, enrol] = useDisclosure()
  const [adding, add] = useDisclosure()
  const [addingTo, setAddingTo] = useState<Person>()
  return (
    <>
      <PageHeader title="People" text="Whom cameras recognise, and by which pictures.">
        {mayEnrol && (
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={enrol.open}>
            Enrol person
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={people}
        skeleton={
          <SimpleGrid cols={columns}>
            {[1, 2, 3, 4].map(card => (
              <Skeleton key={card} height={248} radius="md" />
            ))}
          </SimpleGrid>
        }
        empty={{
          icon: <IconUsers />,
          title: 'Nobody is enrolled yet',
          ...(mayEnrol
            ? {
                text: 'Enrol somebody with a few pictures: one face each, from the front, sharp.',
                action: { label: 'Enrol the first person', onClick: enrol.open },
              }
            : { text: 'People who are enrolled appear here.' }),
        }}
      >
        {rows => (
          <SimpleGrid cols={columns}>
            {rows.toSorted(byName).map(person => (
              <PersonCard
                key={person.id}
                person={person}
                renewPicture={renewPicture}
                onAdd={
                  may('Mutation.addPersonPicture')
                    ? () => {
                        setAddingTo(person)
                        add.open()
                      }
                    : undefined
                }
              />
            ))}
          </SimpleGrid>
        )}
      </LiveList>
      <OnDemand wanted={enrolling}>
        <EnrolPerson opened={enrolling} onClose={enrol.close} />
      </OnDemand>
      <OnDemand wanted={adding}>
        <EnrolPerson opened={adding} person={addingTo} onClose={add.close} />
      </OnDemand>
    </>
  )
}

function byName(one: Person, other: Person): number {
  return (one.name ?? '').localeCompare(other.name ?? '') || one.id.localeCompare(other.id)
}
