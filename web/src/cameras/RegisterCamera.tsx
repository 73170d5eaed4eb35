import { Button, Modal, NumberInput, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { SiteField } from '../sites/SiteField.tsx'

const registerCamera = graphql(`
  mutation RegisterCamera($input: RegisterCameraInput!) {
    registerCamera(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** The form that makes a camera the tenant's. */
export default function RegisterCamera({
  opened,
  onClose,
  siteId,
}: {
  opened: boolean
  onClose: () => void
  siteId: string | undefined
}) {
  const { send, sending, failure, clear } = useCommand(registerCamera, data => data.registerCamera)
  const form = useForm({
    initialValues: { name: '', siteId: siteId ?? null, address: '', framesPerSecond: 2, reencode: false },
    validate: {
      name: value => (value.trim() ? null : 'Give the camera a name.'),
      siteId: value => (value ? null : 'Choose a site.'),
      address: value =>
        /^rtsps?:\/\/\S+$/.test(value.trim()) ? null : 'An address that begins with rtsp://',
    },
  })
  const close = () => {
    form.reset()
    clear()
    onClose()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Register camera"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
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
          if (accepted) close()
        })}
      >
        <Stack>
          <TextInput
            label="Name"
            placeholder="Front door"
            data-autofocus
            withAsterisk
            maxLength={120}
            {...form.getInputProps('name')}
          />
          <SiteField
            value={form.values.siteId}
            onChange={next => form.setFieldValue('siteId', next)}
            error={form.errors.siteId}
          />
          <TextInput
            label="RTSP address"
            description="With user and password where the camera wants them. It is encrypted and never shown again."
            placeholder="rtsp://user:password@192.0.2.10/stream1"
            autoComplete="off"
            spellCheck={false}
            withAsterisk
            {...form.getInputProps('address')}
          />
          <NumberInput
            label="Frames a second for recognition"
            min={1}
            max={10}
            allowDecimal={false}
            clampBehavior="strict"
            {...form.getInputProps('framesPerSecond')}
          />
          <Switch
            label="Re-encode video that WebRTC can’t carry"
            description="Costs processor time on the media node; off, such video is refused with a reason."
            {...form.getInputProps('reencode', { type: 'checkbox' })}
          />
          <FailureAlert title="The camera was not registered" fault={failure} />
          <Button type="submit" loading={sending}>
            Register
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
