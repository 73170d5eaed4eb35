import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { uuid } from '@sightline/contracts/identifiers'
import { makeFolder, syncFolder, writeDurably } from '@sightline/durable-files/durable-files'
import { v7 } from 'uuid'
import { z } from 'zod'

/** Who an agent is: made once, kept for ever. The secret becomes its credential when it is paired. */
export interface AgentIdentity {
  agentId: string
  /** 32 random bytes in base64url. */
  secret: string
}

/** The file of an agent's identity is there, but not what it should be. It is never overwritten. */
export class IdentityBrokenError extends Error {
  override name = 'IdentityBrokenError'
}

const FILE = 'agent.json'
const stored = z.strictObject({ agentId: uuid, secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/** What stands for the secret outside the agent: SHA-256 of its 32 bytes, hexadecimal. */
export function secretHash(identity: AgentIdentity): string {
  return createHash('sha256').update(Buffer.from(identity.secret, 'base64url')).digest('hex')
}

/**
 * The identity in a folder; made where there is none. The file is the owner's alone, and there wholly or not at
 * all; of two agents that make it at once, both get the first one's.
 * @throws IdentityBrokenError
 */
export async function keepIdentity(folder: string): Promise<AgentIdentity> {
  const file = path.join(folder, FILE)
  const kept = await readIdentity(file)
  if (kept) return kept
  await makeFolder(folder, 0o700)
  const made: AgentIdentity = { agentId: v7(), secret: randomBytes(32).toString('base64url') }
  const half = path.join(folder, `.${FILE}.${randomUUID()}`)
  try {
    await writeDurably(half, `${JSON.stringify(made, undefined, 2)}\n`)
    // A link fails where the file is there already; a rename would replace it.
    await link(half, file).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(half, { force: true })
  }
  await syncFolder(folder)
  const identity = await readIdentity(file)
  if (!identity) throw new IdentityBrokenError(`${file} disappeared`)
  return identity
}

async function readIdentity(file: string): Promise<AgentIdentity | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // The parser's message would quote the secret.
    throw new IdentityBrokenError(`${file} holds no JSON; remove it to begin as a new agent`)
  }
  const parsed = stored.safeParse(content)
  if (!parsed.success) {
    throw new IdentityBrokenError(`${file} holds no agent's identity; remove it to begin as a new agent`)
  }
  await chmod(file, 0o600)
  return parsed.data
}
