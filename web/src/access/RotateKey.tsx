import { Button, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { type ApiKey, endOfKey, keyLives } from './keys.ts'
import { type NewKey, NewKeyNotice } from './NewKey.tsx'

const rotateApiKey = graphql(`
  mutation RotateApiKey($input: RotateApiKeyInput!) {
    rotateApiKey(input: $input) {
      __typename
      ... on IssuedApiKey {
        id
        key
        expiresAt
        position
      }
      ...Refused
    }
  }
`)

/** Issues a second key in the place of one, which counts until it is revoked. */
export default function RotateKey({
  apiKey,
  opened,
  onClose,
  onIssued,
}: {
  apiKey: ApiKey | undefined
  opened: boolean
  onClose: () => void
  onIssued: (position: string) => void
}) {
  const rotate = useCommand(rotateApiKey, data => data.rotateApiKey)
  const [days, setDays] = useState<number>(90)
  const [issued, setIssued] = useState<NewKey>()
  const close = () => {
    setIssued(undefined)
    rotate.clear()
    onClose()
  }
  const submit = async () => {
    if (!apiKey) return
    const input = { keyId: apiKey.id, expiresAt: endOfKey(days, new Date()) }
    const answer = await rotate.send({ input })
    if (answer?.__typename !== 'IssuedApiKey') return
    setIssued(answer)
    onIssued(answer.position)
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={issued ? 'New API key' : `Rotate ${apiKey?.name ?? 'key'}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={!issued}
      closeOnEscape={!issued}
      withCloseButton={!issued}
    >
      {issued ? (
        <NewKeyNotice issued={issued} onDone={close} />
      ) : (
        <Stack>
          <Text size="sm">
            The machine gets a second key of the same name. Both count until you revoke the older one: do it
            once the machine uses the new one.
          </Text>
          <NativeSelect
            label="Counts for"
            value={String(days)}
            onChange={event => setDays(Number(event.currentTarget.value))}
            data={keyLives.map(life => ({ value: String(life.days), label: life.label }))}
          />
          <FailureAlert title="No key was issued" fault={rotate.failure} />
          <Button loading={rotate.sending} onClick={() => void submit()} data-autofocus>
            Issue second key
          </Button>
        </Stack>
      )}
    </Modal>
  )
}
