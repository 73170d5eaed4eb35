import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
  type TokenClaims,
} from '@sightline/contracts/tokens'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  type JWK,
  SignJWT,
} from 'jose'

/** The local stack's issuer of tokens: new keys at every start, every token valid for a day. */
export type LocalIdentity = AsyncDisposable & {
  /** The `iss` of all its tokens. */
  issuer: string
  /** Where the public key of access tokens is served, on 127.0.0.1. Machine tokens are checked by their own key. */
  jwksUrl: string
  /** What is served there. */
  jwks: { keys: JWK[] }
  /** The private key of machine tokens (PKCS8 PEM), with which the API signs those of agents. */
  machineSigningKey: string
  /**
   * An access token of a person. What they may is for the log to say.
   * @param of.expiresAt when it ends; in a day
   */
  person(of: { tenantId: string; userId: string; sessionId: string; expiresAt?: Date }): Promise<string>
  /** An access token of a system administrator; `localSystemAdministrator` unless somebody else is named. */
  system(userId?: string): Promise<string>
  /** A media node's machine token. */
  mediaNode(nodeId: string): Promise<string>
  /** A worker's machine token. */
  worker(workerId: string): Promise<string>
  /** Stops serving the key. */
  close(): Promise<void>
}

const issuer = 'sightline-local'

/** The user whom the local identity's system tokens are of; whoever starts a system appoints them. */
export const localSystemAdministrator = '0190b8a0-0000-7000-8000-00000000000a'

type Signer = { privateKey: CryptoKey; publicJwk: JWK; keyId: string }

/** Makes the keys and serves the public one. */
export async function startIdentity(): Promise<LocalIdentity> {
  const [access, machine] = await Promise.all([makeSigner(), makeSigner()])
  const jwks = { keys: [access.publicJwk] }
  const body = JSON.stringify(jwks)
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json', 'cache-control': 'max-age=60' })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    if (!server.listening) return
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
  const accessToken = (claims: MintedClaims, expiresAt?: Date) =>
    sign(access, ACCESS_TOKEN_TYPE, ACCESS_AUDIENCE, claims, expiresAt)
  const machineToken = (claims: MintedClaims) => sign(machine, MACHINE_TOKEN_TYPE, MACHINE_AUDIENCE, claims)
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    jwks,
    machineSigningKey: await exportPKCS8(machine.privateKey),
    person: ({ tenantId, userId, sessionId, expiresAt }) =>
      accessToken({ principal: 'person', sub: userId, tenant: tenantId, sid: sessionId }, expiresAt),
    system: (userId = localSystemAdministrator) => accessToken({ principal: 'system', sub: userId }),
    mediaNode: nodeId => machineToken({ principal: 'media_node', sub: nodeId }),
    worker: workerId => machineToken({ principal: 'worker', sub: workerId }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

type MintedClaims = Pick<TokenClaims, 'principal' | 'sub' | 'tenant' | 'sid'>

async function makeSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const jwk = await exportJWK(publicKey)
  const keyId = await calculateJwkThumbprint(jwk)
  return { privateKey, publicJwk: { ...jwk, kid: keyId, alg: 'RS256', use: 'sig' }, keyId }
}

function sign(
  signer: Signer,
  type: string,
  audience: string,
  { sub, ...claims }: MintedClaims,
  expiresAt: Date | '1 day' = '1 day',
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: type, kid: signer.keyId })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey)
}
