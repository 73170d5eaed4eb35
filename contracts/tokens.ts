import { z } from 'zod'
import { uuid } from './identifiers.ts'
import { principalKind } from './metadata.ts'

/** The kinds of JWT (RS256 only); each has its `typ`, its issuer, its audience and keys of its own. */
export const tokenKind = z.enum(['access', 'machine', 'media'])
export type TokenKind = z.infer<typeof tokenKind>

export const ACCESS_TOKEN_TYPE = 'at+jwt'
export const MACHINE_TOKEN_TYPE = 'machine+jwt'
export const MEDIA_TOKEN_TYPE = 'media+jwt'
export const ACCESS_AUDIENCE = 'sightline-api'
export const MACHINE_AUDIENCE = 'sightline-machine'
export const MEDIA_AUDIENCE = 'sightline-media'

/** The `iss` of the tokens of a kind that an installation issues itself; its id is that of its log. */
export function ownIssuer(installationId: string, kind: TokenKind): string {
  return `urn:sightline:${installationId}:${kind}`
}

/**
 * The claims that Sightline reads of access and machine tokens. `tenant` is absent for system, media_node and worker.
 * There are no roles among them: what a principal may do is decided anew each time.
 */
export const tokenClaims = z
  .object({
    iss: z.string().min(1),
    aud: z.union([z.string(), z.array(z.string())]),
    sub: z.string().min(1).max(200),
    exp: z.number(),
    iat: z.number().optional(),
    tenant: uuid.optional(),
    /** The session of a person or of a system administrator. */
    sid: uuid.optional(),
    /** The API key that a machine's token was given for; of an agent that was paired its credential. */
    key: uuid.optional(),
    principal: principalKind,
    /**
     * The certificate that the token is bound to (RFC 8705, 3.1): SHA-256 of its DER, base64url. A token that is bound in
     * any other way is none of ours.
     */
    cnf: z.strictObject({ 'x5t#S256': z.string().regex(/^[A-Za-z0-9_-]{43}$/) }).optional(),
  })
  .refine(claims => (claims.tenant !== undefined) === ['person', 'agent'].includes(claims.principal), {
    message: 'a person or an agent has a tenant, nobody else has',
    path: ['tenant'],
  })
export type TokenClaims = z.infer<typeof tokenClaims>

/** What a media token lets its bearer do with the one camera that it names. */
export const mediaAction = z.enum(['publish', 'watch'])
export type MediaAction = z.infer<typeof mediaAction>

/** The claims of a media token: minutes long, for one action on one camera in one session. */
export const mediaClaims = z.object({
  iss: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  /** Who publishes or watches. */
  sub: z.string().min(1).max(200),
  exp: z.number(),
  tenant: uuid,
  camera: uuid,
  /** Of a viewer the session that they signed in with, of a publisher the live session of the camera. */
  sid: uuid,
  action: mediaAction,
})
export type MediaClaims = z.infer<typeof mediaClaims>
