import { addressList } from '@sightline/contracts/networks'
import { expect, test } from 'vitest'
import { allowedAddresses } from './addresses.ts'

// The log is read by all, for ever: one list in it that can't be read would be the end of every instance.
test.each([
  '192.0.2.0/24',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/32',
  '::ffff:192.0.2.1/120',
  '2001:db8::/32.5',
  '::/1.28',
  '::/0.0',
  '::/1e1',
  '::/-0',
  '::/+8',
  '::/',
  '::/129',
  '10.0.0.0/8.5',
  '10.0.0.0/33',
  'fe80::1%eth0/64',
  '010.0.0.0/8',
  '10.0.0.0/8\n',
])('%j is a network that can be judged by, or none', network => {
  const parsed = addressList.safeParse([network])
  if (parsed.success) expect(allowedAddresses(parsed.data)).toBeDefined()
})

test('a prefix is a whole number', () => {
  expect(addressList.safeParse(['2001:db8::/32.5']).success).toBe(false)
  expect(addressList.safeParse(['2001:db8::/32', '192.0.2.0/24']).success).toBe(true)
})
