import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'

const createSite = graphql(`
  mutation CreateSite($input: CreateSiteInput!) {
    createSite(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** Asks for a site's name and makes it. */
export default function CreateSite({
  opened,
  onClose,
  onCreated,
}: {
  opened: boolean
  onClose: () => void
  /** Is told the site and the position at which it is among the others. */
  onCreated: (id: string, position: string) => void
}) {
  const { send, sending, failure, clear } = useCommand(createSite, data => data.createSite)
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: value => (value.trim() ? null : 'Give the site a name.') },
  })
  const close = () => {
    form.reset()
    clear()
    onClose()
  }
  return (
    <Modal opened={opened} onClose={close} title="New site">
      <form
        onSubmit={event => {
          // It may stand within another form.
          event.stopPropagation()
          form.onSubmit(async ({ name }) => {
            const accepted = await send({ input: { name } })
            if (!accepted) return
            close()
            onCreated(accepted.id, accepted.position)
          })(event)
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="A place with cameras: a building, a yard, a branch."
            placeholder="Headquarters"
            maxLength={120}
            data-autofocus
            withAsterisk
            {...form.getInputProps('name')}
          />
          <FailureAlert title="The site was not created" fault={failure} />
          <Button type="submit" loading={sending}>
            Create site
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
