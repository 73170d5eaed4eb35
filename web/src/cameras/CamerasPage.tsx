import { Button, SimpleGrid, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCamera, IconCameraPlus } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { graphql } from '../generated/gql.ts'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { useMay } from '../myself/myself.ts'
import { OnDemand } from '../shell/OnDemand.tsx'
import { PageHeader } from '../shell/PageHeader.tsx'
import { type Camera, CameraCard } from './CameraCard.tsx'

const RegisterCamera = lazy(() => import('./RegisterCamera.tsx'))

const camerasChanged = graphql(`
  subscription CamerasChanged($siteId: UUID) {
    camerasChanged(siteId: $siteId) {
      position
      replaces
      changed {
        id
        name
        host
        framesPerSecond
        reencode
        site {
          id
          name
        }
        stream {
          id
          wanted
          status
          reason
          detail
          statusSince
          smallestFace
          video {
            codec
            profile
            width
            height
            reencoded
          }
        }
      }
      removed
    }
  }
`)

const columns = { base: 1, xs: 2, lg: 3, xl: 4 }

/** The tenant's cameras and what becomes of their streams. */
export function CamerasPage() {
  const { site } = useSearch({ from: '__root__' })
  const mayRegister = useMay()('Mutation.registerCamera')
  const [registering, register] = useDisclosure()
  const cameras = useLiveRows(camerasChanged, { siteId: site ?? null }, data => data.camerasChanged)
  return (
    <>
      <PageHeader title="Cameras" text="What each camera does now.">
        {mayRegister && (
          <Button leftSection={<IconCameraPlus size={18} aria-hidden />} onClick={register.open}>
            Register camera
          </Button>
        )}
      </PageHeader>
      <LiveList
        rows={cameras}
        skeleton={
          <SimpleGrid cols={columns}>
            {[1, 2, 3, 4].map(card => (
              <Skeleton key={card} height={184} radius="md" />
            ))}
          </SimpleGrid>
        }
        empty={{
          icon: <IconCamera />,
          title: site ? 'No cameras at this site yet' : 'No cameras yet',
          ...(mayRegister
            ? {
                text: 'Register a camera by its RTSP address, then start its stream.',
                action: { label: 'Register your first camera', onClick: register.open },
              }
            : { text: 'Cameras that are registered, and that you may see, appear here.' }),
        }}
      >
        {rows => (
          <SimpleGrid cols={columns}>
            {rows.toSorted(byName).map(camera => (
              <CameraCard key={camera.id} camera={camera} />
            ))}
          </SimpleGrid>
        )}
      </LiveList>
      <OnDemand wanted={registering}>
        <RegisterCamera key={site} opened={registering} onClose={register.close} siteId={site} />
      </OnDemand>
    </>
  )
}

function byName(one: Camera, other: Camera): number {
  return one.name.localeCompare(other.name, undefined, { numeric: true }) || one.id.localeCompare(other.id)
}
