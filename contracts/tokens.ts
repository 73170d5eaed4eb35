import { z } from 'zod'
import { uuid } from './identifiers.ts'
import { principalKind } from './metadata.ts'

/** The kinds of JWT (RS256 only), by their `typ` header; each has its issuer's own key and its audience. */
export const ACCESS_TOKEN_TYPE = 'at+jwt'
export const MACHINE_TOKEN_TYPE = 'machine+jwt'
export const ACCESS_AUDIENCE = 'sightline-api'
export const MACHINE_AUDIENCE = 'sightline-machine'

/** The claims that Sightline reads. `tenant` is absent for system, media_node and worker. */
export const tokenClaims = z
  .object({
    iss: z.string().min(1),
    aud: z.union([z.string(), z.array(z.string())]),
    sub: z.string().min(1).max(200),
    exp: z.number(),
    tenant: uuid.optional(),
    sid: uuid.optional(),
    principal: principalKind,
  })
  .refine(claims => (claims.tenant !== undefined) === ['person', 'agent'].includes(claims.principal), {
    message: 'a person or an agent has a tenant, nobody else has',
    path: ['tenant'],
  })
export type TokenClaims = z.infer<typeof tokenClaims>
