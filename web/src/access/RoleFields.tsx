import { Input, NativeSelect, SegmentedControl } from '@mantine/core'
import type { Role } from '../generated/graphql.ts'
import { roleInWords, roleMeans, roles } from '../myself/roles.ts'

/** A role and whether it counts in the whole tenant. */
export interface RoleValues {
  role: Role
  everywhere: boolean
}

/** An administrator's role counts everywhere, whatever is wished. */
export function withReach({ role, everywhere }: RoleValues): RoleValues {
  return { role, everywhere: everywhere || role === 'TENANT_ADMIN' }
}

/** Asks for a role and where it counts. */
export function RoleFields({
  value,
  onChange,
}: {
  value: RoleValues
  onChange: (value: RoleValues) => void
}) {
  return (
    <>
      <NativeSelect
        label="Role"
        description={roleMeans(value.role)}
        value={value.role}
        onChange={event => {
          onChange(withReach({ ...value, role: event.currentTarget.value as Role }))
        }}
        data={roles.map(role => ({ value: role, label: roleInWords(role) }))}
      />
      {value.role !== 'TENANT_ADMIN' && (
        <Input.Wrapper label="Where" labelElement="div">
          <SegmentedControl
            fullWidth
            mt={4}
            aria-label="Where"
            value={value.everywhere ? 'everywhere' : 'some'}
            onChange={where => onChange({ ...value, everywhere: where === 'everywhere' })}
            data={[
              { value: 'everywhere', label: 'Everywhere' },
              { value: 'some', label: 'Some places' },
            ]}
          />
        </Input.Wrapper>
      )}
    </>
  )
}
