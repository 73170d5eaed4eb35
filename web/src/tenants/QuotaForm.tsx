import { Group, NumberInput, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { graphql } from '../generated/gql.ts'
import { useCommand } from '../live/command.ts'
import { SettingForm } from '../live/SettingForm.tsx'
import { useMay } from '../myself/myself.ts'
import type { TenantRecord } from './tenant-records.ts'

const setQuota = graphql(`
  mutation SetQuota($input: SetQuotaInput!) {
    setQuota(input: $input) {
      __typename
      ...Accepted
      ...Refused
    }
  }
`)

/** What a field holds: digits, or nothing for no limit. */
type Typed = number | ''

const typedOf = (limit: number | null): Typed => limit ?? ''
const limitOf = (typed: Typed): number | null => (typed === '' ? null : typed)

/** How many cameras and people a tenant may have, beside how many it has. */
export function QuotaForm({ tenant: { id: tenantId, quota, use } }: { tenant: TenantRecord }) {
  const set = useCommand(setQuota, data => data.setQuota)
  const maySet = useMay()('Mutation.setQuota')
  const [cameras, setCameras] = useState(typedOf(quota.cameras))
  const [people, setPeople] = useState(typedOf(quota.people))
  const [saved, setSaved] = useState(false)
  // What somebody else sets meanwhile counts.
  useEffect(() => {
    setCameras(typedOf(quota.cameras))
    setPeople(typedOf(quota.people))
  }, [quota.cameras, quota.people])
  const changed = limitOf(cameras) !== quota.cameras || limitOf(people) !== quota.people
  const below = [
    ...(cameras !== '' && cameras < use.cameras ? ['cameras'] : []),
    ...(people !== '' && people < use.people ? ['people'] : []),
  ]
  const submit = async () => {
    const limits = { cameras: limitOf(cameras), people: limitOf(people) }
    if (await set.send({ input: { tenantId, ...limits } })) setSaved(true)
  }
  const field = (change: (typed: Typed) => void) => ({
    placeholder: 'No limit',
    min: 0,
    max: 1_000_000,
    allowDecimal: false,
    allowNegative: false,
    clampBehavior: 'strict' as const,
    readOnly: !maySet,
    w: { base: '100%', xs: 200 },
    onChange: (typed: string | number) => {
      setSaved(false)
      change(typed === '' ? '' : Number(typed))
    },
  })
  return (
    <SettingForm
      title="How much it may have"
      onSubmit={maySet ? submit : undefined}
      changed={changed}
      sending={set.sending}
      failure={{ title: 'The quota was not set', fault: set.failure }}
      done={saved && 'The quota is set.'}
    >
      <Group align="flex-start">
        <NumberInput
          label="Cameras"
          description={`${use.cameras.toLocaleString()} now`}
          value={cameras}
          {...field(setCameras)}
        />
        <NumberInput
          label="Enrolled people"
          description={`${use.people.toLocaleString()} now`}
          value={people}
          {...field(setPeople)}
        />
      </Group>
      {below.length > 0 && (
        <Text size="sm" c="dimmed">
          It has more {below.join(' and ')} than that: they stay, and no more can be added.
        </Text>
      )}
    </SettingForm>
  )
}
