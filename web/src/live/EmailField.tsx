import { TextInput, type TextInputProps } from '@mantine/core'

/** What is wrong with an e-mail address as it was typed; undefined if nothing is that a form can see. */
export function emailFault(typed: string): string | undefined {
  return /^\S+@\S+$/.test(typed.trim()) ? undefined : 'An address such as jo@example.com.'
}

/** Where somebody's e-mail address is typed. */
export function EmailField({
  label = 'E-mail address',
  value,
  onType,
  ...rest
}: Omit<TextInputProps, 'type' | 'value' | 'onChange'> & { value: string; onType: (typed: string) => void }) {
  return (
    <TextInput
      type="email"
      label={label}
      placeholder="jo@example.com"
      autoComplete="off"
      maxLength={254}
      value={value}
      onChange={event => onType(event.currentTarget.value)}
      {...rest}
    />
  )
}
