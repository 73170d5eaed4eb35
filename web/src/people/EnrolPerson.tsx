import { Alert, Button, FileInput, Modal, Progress, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPhoto } from '@tabler/icons-react'
import { useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { uploadPicture } from './upload.ts'

const enrolPerson = graphql(`
  mutation EnrolPerson($input: EnrolPersonInput!) {
    enrolPerson(input: $input) {
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

const addPersonPicture = graphql(`
  mutation AddPersonPicture($input: AddPersonPictureInput!) {
    addPersonPicture(input: $input) {
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

/** Enrols somebody with pictures; with `person`, adds pictures to somebody who is enrolled. */
export function EnrolPerson({
  opened,
  onClose,
  person,
}: {
  opened: boolean
  onClose: () => void
  person?: { id: string; name: string | null } | undefined
}) {
  const [enrol] = useCommand(enrolPerson, data => data.enrolPerson)
  const [addPicture] = useCommand(addPersonPicture, data => data.addPersonPicture)
  const [sent, setSent] = useState<{ done: number; of: number }>()
  const [failures, setFailures] = useState<readonly string[]>([])
  // Kept between attempts, so that sending again never enrols the same person twice.
  const [enrolledId, setEnrolledId] = useState<string>()
  const form = useForm<{ name: string; files: File[] }>({
    initialValues: { name: '', files: [] },
    validate: {
      name: value => (person || value.trim() ? null : 'Give the person a name.'),
      files: value => (value.length > 0 ? null : 'Choose at least one picture.'),
    },
  })
  const close = () => {
    form.reset()
    setFailures([])
    setSent(undefined)
    setEnrolledId(undefined)
    onClose()
  }
  const submit = async ({ name, files }: { name: string; files: File[] }) => {
    setFailures([])
    const personId = person?.id ?? enrolledId ?? (await enrol({ input: { name } }))?.id
    if (!personId) return
    setEnrolledId(personId)
    const failed: { file: File; why: string }[] = []
    for (const [index, file] of files.entries()) {
      setSent({ done: index, of: files.length })
      const pictureId = crypto.randomUUID()
      try {
        await uploadPicture(personId, pictureId, file)
        if (!(await addPicture({ input: { personId, pictureId } }))) failed.push({ file, why: 'refused' })
      } catch (error) {
        failed.push({ file, why: error instanceof Error ? error.message : 'not sent' })
      }
    }
    setSent(undefined)
    if (failed.length === 0) return close()
    form.setFieldValue(
      'files',
      failed.map(({ file }) => file),
    )
    setFailures(failed.map(({ file, why }) => `${file.name}: ${why}`))
  }
  const title = person ? `Add pictures of ${person.name ?? 'an erased person'}` : 'Enrol person'
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form onSubmit={form.onSubmit(values => void submit(values))}>
        <Stack>
          {!person && (
            <TextInput
              label="Name"
              autoComplete="off"
              data-autofocus
              disabled={enrolledId !== undefined}
              {...form.getInputProps('name')}
            />
          )}
          <FileInput
            label="Pictures"
            description="One face each, from the front, sharp. JPEG, PNG or WebP, 10 MB at most. Three are better than one."
            placeholder="Choose pictures"
            leftSection={<IconPhoto size={18} />}
            accept="image/jpeg,image/png,image/webp"
            multiple
            clearable
            {...form.getInputProps('files')}
          />
          {failures.length > 0 && (
            <Alert color="red" title="Some pictures were not taken">
              {failures.map(failure => (
                <Text key={failure} size="sm">
                  {failure}
                </Text>
              ))}
            </Alert>
          )}
          {sent && (
            <Progress
              value={(100 * sent.done) / sent.of}
              animated
              aria-label={`Sent ${sent.done} of ${sent.of}`}
            />
          )}
          <Button type="submit" loading={sent !== undefined}>
            {person ? 'Add' : 'Enrol'}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}
