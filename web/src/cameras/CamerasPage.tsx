import { Badge, Button, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCamera, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { graphql } from '../generated/gql.ts'
import type { CamerasChangedSubscription } from '../generated/graphql.ts'
import { useCommand } from '../live/command.ts'
import { Instant } from '../live/instants.tsx'
import { LiveList } from '../live/LiveList.tsx'
import { useLiveRows } from '../live/live-rows.ts'
import { PageHeader } from '../shell/PageHeader.tsx'
import { RegisterCamera } from './RegisterCamera.tsx'
import { reasonInWords, StatusBadge } from './StatusBadge.tsx'

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

const startStream = graphql(`
  mutation StartStream($input: StartStreamInput!) {
    startStream(input: $input) {
      ... on CommandAccepted {
        id
        position
      }
      ... on Rejection {
        code
        message
      }
    }
  }
`)

const stopStream = graphql(`
  mutation StopStream($input: StopStreamInput!) {
    stopStream(input: $input) {
      ... on CommandAccepted {
        id
        position
      }
      ... on Rejection {
        code
        message
      }
    }
  }
`)

type Camera = CamerasChangedSubscription['camerasChanged']['changed'][number]

/** The tenant's cameras and what becomes of their streams. */
export function CamerasPage() {
  const { site } = useSearch({ from: '__root__' })
  const [registering, register] = useDisclosure()
  const cameras = useLiveRows(camerasChanged, { siteId: site ?? null }, data => data.camerasChanged)
  return (
    <>
      <PageHeader title="Cameras" text="What each camera does now.">
        <Button onClick={register.open}>Register camera</Button>
      </PageHeader>
      <LiveList
        rows={cameras}
        empty={{
          icon: <IconCamera />,
          title: 'No cameras yet',
          text: 'Register a camera by its RTSP address, then start its stream.',
          action: { label: 'Register your first camera', onClick: register.open },
        }}
      >
        {rows => (
          <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
            {rows.map(camera => (
              <CameraCard key={camera.id} camera={camera} />
            ))}
          </SimpleGrid>
        )}
      </LiveList>
      <RegisterCamera opened={registering} onClose={register.close} siteId={site} />
    </>
  )
}

function CameraCard({ camera }: { camera: Camera }) {
  const { stream } = camera
  const wanted = stream?.wanted ?? false
  const [start, starting] = useCommand(startStream, data => data.startStream)
  const [stop, stopping] = useCommand(stopStream, data => data.stopStream)
  return (
    <Card withBorder component="article" aria-label={camera.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Text fw={600} truncate>
            {camera.name}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {[camera.site?.name, camera.host].filter(Boolean).join(' · ')}
          </Text>
        </Stack>
        <StatusBadge status={stream?.status ?? 'OFFLINE'} wanted={wanted} />
      </Group>
      <Stack gap={2} mt="sm" mih={44}>
        {stream?.reason && stream.status !== 'LIVE' && (
          <Text size="sm" c={stream.status === 'FAILED' ? 'red' : undefined}>
            {reasonInWords(stream.reason)}
            {stream.detail && ` ${stream.detail}`}
          </Text>
        )}
        {stream && (
          <Text size="sm" c="dimmed" component="div">
            since <Instant at={stream.statusSince} />
          </Text>
        )}
      </Stack>
      <Group gap="xs" mt="xs">
        <Badge variant="default">{camera.framesPerSecond} frames/s</Badge>
        {stream?.video && (
          <Badge variant="default">
            {stream.video.width}×{stream.video.height} {stream.video.codec}
            {stream.video.reencoded ? ', re-encoded' : ''}
          </Badge>
        )}
        {stream?.smallestFace != null && <Badge variant="default">faces from {stream.smallestFace} px</Badge>}
      </Group>
      <Group mt="md" justify="flex-end">
        {wanted && stream ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} />}
            loading={stopping.sending}
            onClick={() => void stop({ input: { cameraId: camera.id, streamId: stream.id } })}
          >
            Stop
          </Button>
        ) : (
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={starting.sending}
            onClick={() => void start({ input: { cameraId: camera.id } })}
          >
            Start
          </Button>
        )}
      </Group>
    </Card>
  )
}
