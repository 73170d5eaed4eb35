import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'

const unpairAgent = graphql(`
  mutation UnpairAgent($input: UnpairAgentInput!) {
    unpairAgent(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** Asks once more, and takes an agent away from the tenant. */
export default function UnpairAgent({
  agent,
  isGone,
  opened,
  onClose,
}: {
  agent: { id: string; name: string } | undefined
  /** Whether it has been unpaired meanwhile. */
  isGone: boolean
  opened: boolean
  onClose: () => void
}) {
  const unpair = useCommand(unpairAgent, data => data.unpairAgent)
  const close = () => {
    unpair.clear()
    onClose()
  }
  const submit = async (agentId: string) => {
    if (await unpair.send({ input: { agentId } })) close()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={agent ? `Unpair ${agent.name}` : 'Unpair agent'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {agent && !isGone ? (
        <Stack>
          <Text>
            It is cut off at once, and leaves the list. The device shows a pairing code again, by which it can
            be paired anew.
          </Text>
          <FailureAlert title="The agent is still paired" fault={unpair.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep
            </Button>
            <Button color="red" loading={unpair.sending} onClick={() => void submit(agent.id)}>
              Unpair
            </Button>
          </Group>
        </Stack>
      ) : (
        <Text c="dimmed">This agent has been unpaired.</Text>
      )}
    </Modal>
  )
}
