import { serialNumber } from '@sightline/contracts/agents'
import { displayName } from '@sightline/contracts/tenants'
import { z } from 'zod'

const schema = z.object({
  /** Where the API is. */
  API_URL: z.url({ protocol: /^https?$/ }),
  /** Where the agent's id and secret are kept. */
  STATE_FOLDER: z.string().min(1),
  /** What the device is called to whoever pairs it. */
  AGENT_NAME: displayName,
  AGENT_SERIAL: serialNumber,
  PAIRING_POLL_MS: z.coerce.number().int().min(50).default(3_000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

export type Environment = z.infer<typeof schema>

/** Reads the process's environment. @throws Error that names every fault at once */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = schema.safeParse(variables)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`the environment is not complete:\n  ${faults.join('\n  ')}`)
}
