import { serialNumber } from '@sightline/contracts/agents'
import { displayName } from '@sightline/contracts/tenants'
import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { logLevel } from '@sightline/environment/settings'
import { apiTlsOf, apiTlsSettings } from '@sightline/environment/tls'
import { z } from 'zod'

const schema = z
  .object({
    /** Where the API is. */
    API_URL: z.url({ protocol: /^https?$/ }),
    ...apiTlsSettings,
    /** Where the agent's id and secret are kept. */
    STATE_FOLDER: z.string().min(1),
    /** What the device is called to whoever pairs it. */
    AGENT_NAME: displayName,
    AGENT_SERIAL: serialNumber,
    PAIRING_POLL_MS: z.coerce.number().int().min(50).default(3_000),
    LOG_LEVEL: logLevel,
  })
  .transform((values, context) => ({ ...values, tls: apiTlsOf(values, context) }))

export type Environment = z.infer<typeof schema>

/** Reads the settings of the agent. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  return readSettings(schema, variables)
}
