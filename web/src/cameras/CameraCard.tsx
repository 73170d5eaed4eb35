import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import type { CamerasChangedSubscription } from '../generated/graphql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { useMay } from '../myself/myself.ts'
import { reasonInWords, StatusBadge } from './StatusBadge.tsx'

const startStream = graphql(`
  mutation StartStream($input: StartStreamInput!) {
    startStream(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const stopStream = graphql(`
  mutation StopStream($input: StopStreamInput!) {
    stopStream(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** A camera with its newest session. */
export type Camera = CamerasChangedSubscription['camerasChanged']['changed'][number]

/** How long a button waits for the effect of an accepted command to arrive before it can be pressed again, ms. */
const EFFECT_WITHIN_MS = 5_000

/** One camera: what it does, why it doesn't, and the button for the other. */
export function CameraCard({ camera }: { camera: Camera }) {
  const { stream, name } = camera
  const wanted = stream?.wanted ?? false
  const may = useMay()
  const start = useCommand(startStream, data => data.startStream)
  const stop = useCommand(stopStream, data => data.stopStream)
  // The command's effect comes over the subscription: until then the old button would be pressed twice.
  const [awaited, setAwaited] = useState<boolean>()
  useEffect(() => {
    if (awaited === undefined) return
    if (awaited === wanted) return setAwaited(undefined)
    const timer = setTimeout(() => setAwaited(undefined), EFFECT_WITHIN_MS)
    return () => clearTimeout(timer)
  }, [awaited, wanted])
  const press = async () => {
    const accepted =
      wanted && stream
        ? await stop.send({ input: { cameraId: camera.id, streamId: stream.id } })
        : await start.send({ input: { cameraId: camera.id } })
    if (accepted) setAwaited(!wanted)
  }
  return (
    <Card withBorder component="article" aria-label={name} padding="md">
      <Stack gap="sm" flex={1}>
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
          <Stack gap={2} miw={0}>
            <Title order={2} size="md" lineClamp={2} title={name} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {[camera.site?.name, camera.host].filter(Boolean).join(' · ')}
            </Text>
          </Stack>
          <StatusBadge status={stream?.status ?? 'OFFLINE'} wanted={wanted} />
        </Group>
        <State camera={camera} />
        <Text size="sm" c="dimmed">
          {facts(camera).join(' · ')}
        </Text>
        <FailureAlert title="The stream was not started" fault={start.failure} />
        <FailureAlert title="The stream was not stopped" fault={stop.failure} />
        <Group mt="auto" gap="xs">
          {may(wanted ? 'Mutation.stopStream' : 'Mutation.startStream') && (
            <Button
              size="xs"
              variant={wanted ? 'default' : 'filled'}
              leftSection={wanted ? <IconPlayerStop size={16} /> : <IconPlayerPlay size={16} />}
              loading={start.sending || stop.sending || awaited !== undefined}
              onClick={() => void press()}
              aria-label={`${wanted ? 'Stop' : 'Start'} ${name}`}
            >
              {wanted ? 'Stop' : 'Start'}
            </Button>
          )}
          <Button
            size="xs"
            variant="subtle"
            aria-label={`Sightings at ${name}`}
            renderRoot={props => (
              <Link to="/sightings" search={({ site }) => ({ site, camera: camera.id })} {...props} />
            )}
          >
            Sightings
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}

/** What the stream does since when, and why it isn't live where it isn't. */
function State({ camera: { stream } }: { camera: Camera }) {
  if (!stream) {
    return (
      <Text size="sm" c="dimmed">
        Never started.
      </Text>
    )
  }
  const waiting = stream.status === 'OFFLINE' && stream.wanted
  return (
    <Stack gap={2}>
      {waiting && <Text size="sm">Waits for a media node to take it.</Text>}
      {stream.reason && stream.status !== 'LIVE' && (
        <Text size="sm" c={stream.status === 'FAILED' ? 'var(--mantine-color-error)' : undefined}>
          {reasonInWords(stream.reason)} {stream.detail}
        </Text>
      )}
      <Text size="sm" c="dimmed" component="div">
        since <Instant at={stream.statusSince} />
      </Text>
    </Stack>
  )
}

/** What is known of the camera's video, in a few words each. */
function facts({ framesPerSecond, stream }: Camera): string[] {
  const video = stream?.video
  return [
    `${framesPerSecond} ${framesPerSecond === 1 ? 'frame' : 'frames'}/s`,
    ...(video
      ? [`${video.width}×${video.height} ${video.codec}${video.reencoded ? ', re-encoded' : ''}`]
      : []),
    ...(stream?.smallestFace != null ? [`faces from ${stream.smallestFace} px`] : []),
  ]
}
