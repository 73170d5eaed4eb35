import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { z } from 'zod'
import { type RolePasswords, roles } from './roles.ts'

const schema = z.object({
  /** Somebody who may create roles. */
  POSTGRES_ADMIN_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Who owns the database. */
  POSTGRES_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  ...(Object.fromEntries(
    roles.map(role => [`POSTGRES_PASSWORD_${role.toUpperCase()}`, z.string().min(1)]),
  ) as Record<`POSTGRES_PASSWORD_${Uppercase<(typeof roles)[number]>}`, z.ZodString>),
})

/** Reads the settings of the migrations' command. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): {
  adminUrl: string
  ownerUrl: string
  passwords: RolePasswords
} {
  const values = readSettings(schema, variables)
  return {
    adminUrl: values.POSTGRES_ADMIN_URL,
    ownerUrl: values.POSTGRES_OWNER_URL,
    passwords: {
      projector: values.POSTGRES_PASSWORD_PROJECTOR,
      ops_api: values.POSTGRES_PASSWORD_OPS_API,
      ops_keys: values.POSTGRES_PASSWORD_OPS_KEYS,
      ops_admin: values.POSTGRES_PASSWORD_OPS_ADMIN,
      api_machine: values.POSTGRES_PASSWORD_API_MACHINE,
      api_tenant: values.POSTGRES_PASSWORD_API_TENANT,
      api_scoped: values.POSTGRES_PASSWORD_API_SCOPED,
      api_system: values.POSTGRES_PASSWORD_API_SYSTEM,
    },
  }
}
