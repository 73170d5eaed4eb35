import { Button, Group, Input, Modal, PinInput, Select, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { Instant } from '../live/instants.tsx'
import { useSites } from '../sites/sites.ts'

const lookUpPairing = graphql(`
  mutation LookUpPairing($code: String!) {
    lookUpPairing(code: $code) {
      ... on OpenPairing {
        agentId
        name
        serial
        expiresAt
      }
      ... on Rejection {
        code
        message
      }
    }
  }
`)

const pairAgent = graphql(`
  mutation PairAgent($input: PairAgentInput!) {
    pairAgent(input: $input) {
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

/** Two steps: the code shows which device it is; then the person says where it stands and takes it. */
export function PairAgent({
  opened,
  onClose,
  siteId,
}: {
  opened: boolean
  onClose: () => void
  siteId: string | undefined
}) {
  const { sites } = useSites()
  const [lookUp, lookingUp] = useCommand(lookUpPairing, data => data.lookUpPairing)
  const [pair, pairing] = useCommand(pairAgent, data => data.pairAgent)
  const [code, setCode] = useState('')
  const [site, setSite] = useState<string | null>(siteId ?? null)
  const [found, setFound] = useState<{ name: string; serial: string; expiresAt: string }>()
  const close = () => {
    setCode('')
    setFound(undefined)
    onClose()
  }
  const submitCode = async (entered: string) => {
    const answer = await lookUp({ code: entered })
    if (answer) setFound(answer)
    else setCode('')
  }
  const submit = async () => {
    const accepted = await pair({ input: { code, siteId: site! } })
    if (!accepted) return
    notifications.show({ message: `${found?.name} is paired.` })
    close()
  }
  return (
    <Modal opened={opened} onClose={close} title="Pair agent">
      {!found ? (
        <Stack>
          <Input.Wrapper
            label="Pairing code"
            description="The six digits that the agent shows. They hold for five minutes and for one use."
          >
            <PinInput
              length={6}
              type="number"
              oneTimeCode
              mt="xs"
              aria-label="Pairing code"
              value={code}
              onChange={setCode}
              onComplete={entered => void submitCode(entered)}
              disabled={lookingUp.sending}
            />
          </Input.Wrapper>
        </Stack>
      ) : (
        <Stack>
          <Text>
            <b>{found.name}</b>, serial number <b>{found.serial}</b>. Is this your device? The code holds
            until <Instant at={found.expiresAt} size="md" />.
          </Text>
          <Select
            label="Site"
            placeholder={sites.length === 0 ? 'Create a site first (the + at the top)' : 'Where it stands'}
            data={sites.map(({ id, name }) => ({ value: id, label: name }))}
            value={site}
            onChange={setSite}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              No
            </Button>
            <Button disabled={!site} loading={pairing.sending} onClick={() => void submit()}>
              Pair
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
