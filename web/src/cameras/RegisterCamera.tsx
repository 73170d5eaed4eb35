import { Button, Modal, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { useSites } from '../sites/sites.ts'

const registerCamera = graphql(`
  mutation RegisterCamera($input: RegisterCameraInput!) {
    registerCamera(input: $input) {
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

/** The form that makes a camera the tenant's. */
export function RegisterCamera({
  opened,
  onClose,
  siteId,
}: {
  opened: boolean
  onClose: () => void
  siteId: string | undefined
}) {
  const { sites } = useSites()
  const [send, { sending }] = useCommand(registerCamera, data => data.registerCamera)
  const form = useForm({
    initialValues: { name: '', siteId: siteId ?? null, address: '', framesPerSecond: 2, reencode: false },
    validate: {
      name: value => (value.trim() ? null : 'Give the camera a name.'),
      siteId: value => (value ? null : 'Choose a site.'),
      address: value =>
        /^rtsps?:\/\/\S+$/.test(value.trim()) ? null : 'An address that begins with rtsp://',
    },
  })
  return (
    <Modal opened={opened} onClose={onClose} title="Register camera">
      <form
        onSubmit={form.onSubmit(async values => {
          const accepted = await send({
            input: {
              name: values.name,
              siteId: values.siteId!,
              address: values.address.trim(),
              framesPerSecond: values.framesPerSecond,
              reencode: values.reencode,
            },
          })
          if (!accepted) return
          notifications.show({ message: `${values.name} is registered.` })
          form.reset()
          onClose()
        })}
      >
        <Stack>
          <TextInput label="Name" placeholder="Front door" data-autofocus {...form.getInputProps('name')} />
          <Select
            label="Site"
            placeholder={sites.length === 0 ? 'Create a site first (the + at the top)' : 'Choose a site'}
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('siteId')}
          />
          <TextInput
            label="RTSP address"
            description="With user and password where the camera wants them. It is encrypted and never shown again."
            placeholder="rtsp://user:password@192.0.2.10/stream1"
            autoComplete="off"
            {...form.getInputProps('address')}
          />
          <NumberInput
            label="Frames a second for recognition"
            min={1}
            max={10}
            allowDecimal={false}
            {...form.getInputProps('framesPerSecond')}
          />
          <Switch
            label="Re-encode video that WebRTC can’t carry"
            description="Costs processor time on the media node; off, such video is refused with a reason."
            {...form.getInputProps('reencode', { type: 'checkbox' })}
          />
          <Button type="submit" loading={sending}>
            Register
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
