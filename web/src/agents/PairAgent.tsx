import { Button, DataList, Group, Input, Modal, PinInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import type { LookUpPairingMutation } from '../generated/graphql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { Instant } from '../live/instants.tsx'
import { SiteField } from '../sites/SiteField.tsx'

const lookUpPairing = graphql(`
  mutation LookUpPairing($code: String!) {
    lookUpPairing(code: $code) {
      __typename
      ... on OpenPairing {
        agentId
        name
        serial
        expiresAt
      }
      ...Refused
    }
  }
`)

const pairAgent = graphql(`
  mutation PairAgent($input: PairAgentInput!) {
    pairAgent(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

type OpenPairing = Extract<LookUpPairingMutation['lookUpPairing'], { __typename: 'OpenPairing' }>

/** Two steps: the code shows which device it is; then the person says where it stands and takes it. */
export default function PairAgent({
  opened,
  onClose,
  siteId,
}: {
  opened: boolean
  onClose: () => void
  siteId: string | undefined
}) {
  const lookUp = useCommand(lookUpPairing, data => data.lookUpPairing)
  const pair = useCommand(pairAgent, data => data.pairAgent)
  const [code, setCode] = useState('')
  const [site, setSite] = useState<string | null>(siteId ?? null)
  const [found, setFound] = useState<OpenPairing>()
  const again = () => {
    setCode('')
    setFound(undefined)
    lookUp.clear()
    pair.clear()
  }
  const close = () => {
    again()
    onClose()
  }
  const submitCode = async (entered: string) => {
    const answer = await lookUp.send({ code: entered })
    if (answer) setFound(answer)
    else setCode('')
  }
  const submit = async () => {
    if (site && (await pair.send({ input: { code, siteId: site } }))) close()
  }
  return (
    <Modal opened={opened} onClose={close} title="Pair agent" closeButtonProps={{ 'aria-label': 'Close' }}>
      {found ? (
        <Stack>
          <Text>Is this your device?</Text>
          <DataList labelWidth="120px" gap="xs" withDivider>
            <DataList.Item>
              <DataList.ItemLabel>Name</DataList.ItemLabel>
              <DataList.ItemValue>{found.name}</DataList.ItemValue>
            </DataList.Item>
            <DataList.Item>
              <DataList.ItemLabel>Serial number</DataList.ItemLabel>
              <DataList.ItemValue>{found.serial}</DataList.ItemValue>
            </DataList.Item>
            <DataList.Item>
              <DataList.ItemLabel>Code holds until</DataList.ItemLabel>
              <DataList.ItemValue>
                <Instant at={found.expiresAt} />
              </DataList.ItemValue>
            </DataList.Item>
          </DataList>
          <SiteField value={site} onChange={setSite} />
          <FailureAlert title="The agent was not paired" fault={pair.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={again}>
              Another code
            </Button>
            <Button disabled={!site} loading={pair.sending} onClick={() => void submit()} data-autofocus>
              Pair
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <Input.Wrapper
            label="Pairing code"
            description="The six digits that the agent shows. They hold for five minutes and for one use."
          >
            <PinInput
              length={6}
              type="number"
              size="lg"
              oneTimeCode
              mt="sm"
              aria-label="Pairing code"
              getInputProps={index => ({
                'aria-label': `Digit ${index + 1} of 6`,
                ...(index === 0 && { 'data-autofocus': true }),
              })}
              value={code}
              onChange={setCode}
              onComplete={entered => void submitCode(entered)}
              disabled={lookUp.sending}
            />
          </Input.Wrapper>
          <FailureAlert title="This code was not taken" fault={lookUp.failure} />
        </Stack>
      )}
    </Modal>
  )
}
