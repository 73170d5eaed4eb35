import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import type { MachineTokenSigner } from '../pairing/agent-token.ts'

/** What signs machine tokens: its key id is the key's thumbprint (RFC 7638). */
export async function machineTokenSigner(key: KeyObject, issuer: string): Promise<MachineTokenSigner> {
  return { key, keyId: await calculateJwkThumbprint(await exportJWK(createPublicKey(key))), issuer }
}
