import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'

const createSite = graphql(`
  mutation CreateSite($input: CreateSiteInput!) {
    createSite(input: $input) {
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

/** Asks for a site's name and makes it. */
export function CreateSite({
  opened,
  onClose,
  onCreated,
}: {
  opened: boolean
  onClose: () => void
  onCreated: (id: string) => void
}) {
  const [send, { sending }] = useCommand(createSite, data => data.createSite)
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: value => (value.trim() ? null : 'Give the site a name.') },
  })
  return (
    <Modal opened={opened} onClose={onClose} title="New site">
      <form
        onSubmit={form.onSubmit(async ({ name }) => {
          const accepted = await send({ input: { name } })
          if (!accepted) return
          form.reset()
          onClose()
          onCreated(accepted.id)
        })}
      >
        <Stack>
          <TextInput label="Name" placeholder="Headquarters" data-autofocus {...form.getInputProps('name')} />
          <Button type="submit" loading={sending}>
            Create site
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
