import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { base64Key, eventStoreUrl, postgresAddress } from '@sightline/environment/settings'
import { z } from 'zod'

const schema = z.object({
  ESDB_URL: eventStoreUrl,
  ...postgresAddress,
  POSTGRES_PASSWORD_OPS_API: z.string().min(1),
  POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
  /** Needed to re-wrap keys alone; no service has it. */
  POSTGRES_PASSWORD_OPS_ADMIN: z.string().min(1).optional(),
  MASTER_KEY: base64Key,
  /** The master key before it, while keys are being re-wrapped. */
  PREVIOUS_MASTER_KEY: base64Key.optional(),
  SERVER_SECRET: base64Key.transform(text => Buffer.from(text, 'base64')),
  /** Where people find the page, `https://host[:port]`: what sign-in links lead to. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
})

export type Environment = z.output<typeof schema>

/** Reads the settings of the admin command. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  return readSettings(schema, variables)
}
