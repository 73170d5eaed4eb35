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

/** Reads the settings of the migrations' command. @throws Error naming every fault at once, without values */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): {
  adminUrl: string
  ownerUrl: string
  passwords: RolePasswords
} {
  const parsed = schema.safeParse(variables)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`the environment is not complete:\n  ${faults.join('\n  ')}`)
  }
  const values = parsed.data
  return {
    adminUrl: values.POSTGRES_ADMIN_URL,
    ownerUrl: values.POSTGRES_OWNER_URL,
    passwords: {
      projector: values.POSTGRES_PASSWORD_PROJECTOR,
      ops_api: values.POSTGRES_PASSWORD_OPS_API,
      ops_keys: values.POSTGRES_PASSWORD_OPS_KEYS,
      api_machine: values.POSTGRES_PASSWORD_API_MACHINE,
      api_tenant: values.POSTGRES_PASSWORD_API_TENANT,
    },
  }
}
