import type { EncryptedValue } from '@sightline/contracts/encryption'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import { unseal } from '@sightline/data-keys/encryption'

/**
 * Opens an encrypted value of an event or a row: a camera's address, a face vector.
 * @returns the bytes, or 'erased' where the data key is gone
 * @throws SealBrokenError where the value was altered, or moved from another stream or field
 */
export async function openSealed(
  dataKeys: Pick<DataKeys, 'read'>,
  tenantId: string,
  value: EncryptedValue,
): Promise<Buffer | 'erased'> {
  const key = await dataKeys.read(tenantId, value.keyId)
  return key ? unseal(key, value) : 'erased'
}
