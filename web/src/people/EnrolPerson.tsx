import {
  Alert,
  Button,
  FileInput,
  Group,
  Image,
  Modal,
  MultiSelect,
  Progress,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPhoto } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { FailureAlert } from '../live/FailureAlert.tsx'
import { useMyself } from '../myself/myself.ts'
import { useSites } from '../sites/sites.ts'
import { uploadPicture } from './upload.ts'

const enrolPerson = graphql(`
  mutation EnrolPerson($input: EnrolPersonInput!) {
    enrolPerson(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

const addPersonPicture = graphql(`
  mutation AddPersonPicture($input: AddPersonPictureInput!) {
    addPersonPicture(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** Enrols somebody with pictures; with `person`, adds pictures to somebody who is enrolled. */
export default function EnrolPerson({
  opened,
  onClose,
  person,
}: {
  opened: boolean
  onClose: () => void
  person?: { id: string; name: string | null } | undefined
}) {
  const enrol = useCommand(enrolPerson, data => data.enrolPerson)
  const addPicture = useCommand(addPersonPicture, data => data.addPersonPicture)
  const [sent, setSent] = useState<{ done: number; of: number }>()
  const [failures, setFailures] = useState<readonly string[]>([])
  // Kept between attempts, so that sending again never enrols the same person twice.
  const [enrolledId, setEnrolledId] = useState<string>()
  const { sites } = useSites()
  // Whose role counts at some sites alone enrols people there.
  const somewhere = useMyself().myself?.everywhere === false
  const form = useForm<{ name: string; siteIds: string[]; files: File[] }>({
    initialValues: { name: '', siteIds: [], files: [] },
    validate: {
      name: value => (person || value.trim() ? null : 'Give the person a name.'),
      siteIds: value => (person || !somewhere || value.length > 0 ? null : 'Choose at least one site.'),
      files: value => (value.length > 0 ? null : 'Choose at least one picture.'),
    },
  })
  const close = () => {
    form.reset()
    enrol.clear()
    addPicture.clear()
    setFailures([])
    setSent(undefined)
    setEnrolledId(undefined)
    onClose()
  }
  const submit = async ({ name, siteIds, files }: { name: string; siteIds: string[]; files: File[] }) => {
    setFailures([])
    const personId = person?.id ?? enrolledId ?? (await enrol.send({ input: { name, siteIds } }))?.id
    if (!personId) return
    setEnrolledId(personId)
    const failed: { file: File; why: string }[] = []
    for (const [index, file] of files.entries()) {
      setSent({ done: index, of: files.length })
      const pictureId = crypto.randomUUID()
      try {
        await uploadPicture(personId, pictureId, file)
        if (!(await addPicture.send({ input: { personId, pictureId } }))) {
          failed.push({ file, why: 'it arrived, but was not added' })
        }
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
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit(values => void submit(values))}>
        <Stack>
          {!person && (
            <TextInput
              label="Name"
              autoComplete="off"
              data-autofocus
              withAsterisk
              maxLength={120}
              disabled={enrolledId !== undefined}
              {...form.getInputProps('name')}
            />
          )}
          {!person && (somewhere || sites.length > 1) && (
            <MultiSelect
              label="Sites"
              description={
                somewhere
                  ? 'Where the person is expected.'
                  : 'Where the person is expected; empty for everywhere.'
              }
              data={sites.map(({ id, name }) => ({ value: id, label: name }))}
              searchable
              hidePickedOptions
              withAsterisk={somewhere}
              disabled={enrolledId !== undefined}
              {...form.getInputProps('siteIds')}
            />
          )}
          <FileInput
            label="Pictures"
            description="One face each, from the front, sharp. JPEG, PNG or WebP, 10 MB at most. Three are better than one."
            placeholder="Choose pictures"
            leftSection={<IconPhoto size={18} aria-hidden />}
            accept="image/jpeg,image/png,image/webp"
            multiple
            clearable
            clearButtonProps={{ 'aria-label': 'Choose none' }}
            withAsterisk
            {...form.getInputProps('files')}
          />
          <Previews files={form.values.files} />
          <FailureAlert title="Nobody was enrolled" fault={enrol.failure} />
          {failures.length > 0 && (
            <Alert color="red" title="Some pictures were not taken" role="alert">
              {failures.map(failure => (
                <Text key={failure} size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {failure}
                </Text>
              ))}
            </Alert>
          )}
          {sent && (
            <Stack gap={4} role="status">
              <Text size="sm">
                Sending picture {sent.done + 1} of {sent.of}
              </Text>
              <Progress
                value={(100 * (sent.done + 0.5)) / sent.of}
                animated
                aria-label={`Sent ${sent.done} of ${sent.of}`}
              />
            </Stack>
          )}
          <Button type="submit" loading={sent !== undefined || enrol.sending}>
            {person ? 'Add' : 'Enrol'}
          </Button>
        </Stack>
      </form>
    </Modal>
  )
}

/** What was chosen, to look at before it is sent. */
function Previews({ files }: { files: readonly File[] }) {
  const previews = useMemo(() => files.map(file => ({ file, src: URL.createObjectURL(file) })), [files])
  useEffect(
    () => () => {
      for (const { src } of previews) URL.revokeObjectURL(src)
    },
    [previews],
  )
  if (previews.length === 0) return null
  return (
    <Group gap="xs">
      {previews.map(({ file, src }) => (
        <Image key={src} src={src} alt={file.name} title={file.name} w={64} h={64} radius="sm" fit="cover" />
      ))}
    </Group>
  )
}
