import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { base64Key, eventStoreUrl, logLevel, postgresAddress } from '@sightline/environment/settings'
import { z } from 'zod'

const schema = z.object({
  ESDB_URL: eventStoreUrl,
  ...postgresAddress,
  POSTGRES_PASSWORD_PROJECTOR: z.string().min(1),
  POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
  /** Unwraps the data keys of names. */
  MASTER_KEY: base64Key,
  /** The master key before it, while keys are being re-wrapped. */
  PREVIOUS_MASTER_KEY: base64Key.optional(),
  LOG_LEVEL: logLevel,
})

export type Environment = z.infer<typeof schema>

/** Reads the settings of the projector. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  return readSettings(schema, variables)
}
