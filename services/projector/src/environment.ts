import { z } from 'zod'

const schema = z.object({
  EVENT_STORE_URL: z.string().regex(/^esdb(\+discover)?:\/\//, 'must be an esdb:// address'),
  POSTGRES_HOST: z.string().min(1),
  POSTGRES_PORT: z.coerce.number().int().min(1).max(65_535),
  POSTGRES_DATABASE: z.string().min(1),
  POSTGRES_PASSWORD_PROJECTOR: z.string().min(1),
  POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
  /** 32 bytes, base64: unwraps the data keys of names. */
  MASTER_KEY: z.base64().length(44),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
})

export type Environment = z.infer<typeof schema>

/** Reads the settings of the projector. @throws Error naming every fault at once, without values */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = schema.safeParse(variables)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`the environment is not complete:\n  ${faults.join('\n  ')}`)
}
