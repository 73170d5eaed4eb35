import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readSettings, type Variables } from '@sightline/environment/read-settings'
import {
  base64Key,
  eventStoreUrl,
  list,
  logLevel,
  milliseconds,
  postgresAddress,
} from '@sightline/environment/settings'
import { certificateFile, faultOfPair, keyFile } from '@sightline/environment/tls'
import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { defaultAccessBounds } from './access/follower.ts'
import type { ExternalIssuers } from './access/tokens.ts'
import { remoteKeys } from './access/tokens.ts'
import { type CommandSettings, defaultCommandSettings } from './commands.ts'
import { defaultServerSettings, type ServerSettings } from './create-api.ts'
import type { TlsSettings } from './http/http-server.ts'
import { defaultTokenSettings, type TokenSettings } from './tokens/create-tokens.ts'
import { LONGEST_TOKEN_MS } from './tokens/key-schedule.ts'

const privateKey = z.string().transform((pem, context): KeyObject => {
  try {
    // One line of an environment file can't hold the lines of a PEM.
    const parsed = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (parsed.asymmetricKeyType === 'rsa') return parsed
  } catch {
    // Told below; the parser's own message may quote the key.
  }
  context.addIssue('must be an RSA private key, PKCS8 in PEM')
  return z.NEVER
})

const jwks = z.string().transform((text, context): JSONWebKeySet => {
  try {
    return z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) }).parse(JSON.parse(text))
  } catch {
    context.addIssue('must be a JSON Web Key Set')
    return z.NEVER
  }
})

/** A key leaves when the longest token that it signed has ended. */
const tokenLife = (standard: number) =>
  milliseconds(standard).refine(ms => ms <= LONGEST_TOKEN_MS, `must be ${LONGEST_TOKEN_MS} at most`)

const { probeMs, staleMs, lostMs } = defaultAccessBounds
const accessStaleMs = milliseconds(staleMs).refine(
  ms => ms >= 2 * probeMs && ms <= lostMs,
  `must be at least ${2 * probeMs}, for the log is looked at each ${probeMs}, and at most ${lostMs}, when what is open ends`,
)

const schema = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    /** 0 for a free one. */
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    /**
     * The API's own certificate with those between it and its authority, and its key: it then serves HTTPS alone. They are
     * read when it starts; whoever renews them starts it again.
     */
    TLS_CERTIFICATE_FILE: certificateFile.optional(),
    TLS_KEY_FILE: keyFile.optional(),
    /** The authorities whose certificates machines may show. */
    TLS_CLIENT_CA_FILE: certificateFile.optional(),
    /** Whether tokens of machines count without a certificate that they are bound to. */
    MACHINE_CERTIFICATES: z.enum(['optional', 'required']).default(defaultTokenSettings.machineCertificates),
    LOG_LEVEL: logLevel,
    ESDB_URL: eventStoreUrl,
    ...postgresAddress,
    POSTGRES_PASSWORD_API_TENANT: z.string().min(1),
    POSTGRES_PASSWORD_API_SCOPED: z.string().min(1),
    POSTGRES_PASSWORD_API_MACHINE: z.string().min(1),
    POSTGRES_PASSWORD_API_SYSTEM: z.string().min(1),
    POSTGRES_PASSWORD_OPS_API: z.string().min(1),
    POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
    /** Wraps data keys. */
    MASTER_KEY: base64Key,
    /** The master key before it, while keys are being re-wrapped. */
    PREVIOUS_MASTER_KEY: base64Key.optional(),
    /** What the keys of positions, pairing codes and picture addresses are derived from. */
    SERVER_SECRET: base64Key.transform(text => Buffer.from(text, 'base64')),
    /** Where the keys of access tokens are published; or the set itself in JWKS. */
    JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
    JWKS: jwks.optional(),
    /** The issuer of access tokens that is trusted beside the installation itself; none if it is not set. */
    ACCESS_ISSUER: z.string().min(1).optional(),
    /** The issuer of machine tokens; that of access tokens if it is not set. */
    MACHINE_ISSUER: z.string().min(1).optional(),
    /** What that issuer's machine tokens are signed with. */
    MACHINE_SIGNING_KEY: privateKey.optional(),
    OBJECTS_FOLDER: z.string().min(1),
    /** The built page; none is served without it. */
    WEB_FOLDER: z.string().min(1).optional(),
    /** Where people find the page, `https://host[:port]`; where the API listens if it is not set. */
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Origins, separated by commas, whose pages may open a socket and have sessions beside our own. */
    ALLOWED_ORIGINS: list.default([]),
    /** Addresses or networks of proxies, separated by commas, whose X-Forwarded-For is believed. */
    TRUSTED_PROXIES: list.default([]),
    POSITION_WAIT_MS: milliseconds(defaultServerSettings.positionWaitMs),
    RECHECK_MS: milliseconds(defaultServerSettings.recheckMs),
    INIT_WAIT_MS: milliseconds(defaultServerSettings.initWaitMs),
    KEEP_ALIVE_MS: milliseconds(defaultServerSettings.keepAliveMs),
    /** Who may what decides nothing new where the event store was not heard for so long. */
    ACCESS_STALE_MS: accessStaleMs,
    HEARTBEAT_INTERVAL_MS: milliseconds(defaultCommandSettings.heartbeatIntervalMs),
    LEASE_MS: milliseconds(defaultCommandSettings.leaseMs),
    SWEEP_INTERVAL_MS: milliseconds(defaultCommandSettings.sweepIntervalMs),
    PAIRING_CODE_MS: milliseconds(defaultCommandSettings.pairingCodeMs),
    /** How long a session lasts at most, and an access token of it. */
    SESSION_MS: milliseconds(defaultTokenSettings.sessionMs),
    ACCESS_TOKEN_MS: tokenLife(defaultTokenSettings.accessTokenMs),
    AGENT_TOKEN_MS: tokenLife(defaultCommandSettings.agentTokenMs),
    MACHINE_TOKEN_MS: tokenLife(defaultTokenSettings.machineTokenMs),
    UPLOAD_RETENTION_MS: milliseconds(defaultCommandSettings.uploadRetentionMs),
  })
  .refine(values => values.ACCESS_ISSUER === undefined || hasOne(values.JWKS_URL, values.JWKS), {
    message: 'either JWKS_URL or JWKS must be set where ACCESS_ISSUER is',
    path: ['JWKS_URL'],
  })
  .refine(values => values.ACCESS_ISSUER === undefined || values.MACHINE_SIGNING_KEY !== undefined, {
    message: 'must be set where ACCESS_ISSUER is',
    path: ['MACHINE_SIGNING_KEY'],
  })
  .superRefine((values, context) => {
    const { TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: clientCa } = values
    const fault = faultOfPair(certificate, key)
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['TLS_KEY_FILE'], message: fault })
    if (clientCa !== undefined && certificate === undefined) {
      const message = 'must be set where TLS_CLIENT_CA_FILE is'
      context.addIssue({ code: 'custom', path: ['TLS_CERTIFICATE_FILE'], message })
    }
    if (values.MACHINE_CERTIFICATES === 'required' && clientCa === undefined) {
      const message = 'must be set where MACHINE_CERTIFICATES is required'
      context.addIssue({ code: 'custom', path: ['TLS_CLIENT_CA_FILE'], message })
    }
  })

function hasOne(one: unknown, other: unknown): boolean {
  return (one === undefined) !== (other === undefined)
}

/** What the API is told from outside. */
export type Environment = z.output<typeof schema>

/** Reads the settings of the API. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  return readSettings(schema, variables)
}

/** The settings of commands and server among them. */
export function settingsOf(environment: Environment): CommandSettings & ServerSettings & TokenSettings {
  return {
    ...defaultCommandSettings,
    ...defaultTokenSettings,
    ...defaultServerSettings,
    host: environment.HOST,
    port: environment.PORT,
    tls: tlsOf(environment),
    publicUrl: environment.PUBLIC_URL,
    allowedOrigins: environment.ALLOWED_ORIGINS,
    trustedProxies: environment.TRUSTED_PROXIES,
    positionWaitMs: environment.POSITION_WAIT_MS,
    recheckMs: environment.RECHECK_MS,
    initWaitMs: environment.INIT_WAIT_MS,
    keepAliveMs: environment.KEEP_ALIVE_MS,
    accessBounds: { ...defaultAccessBounds, staleMs: environment.ACCESS_STALE_MS },
    heartbeatIntervalMs: environment.HEARTBEAT_INTERVAL_MS,
    leaseMs: environment.LEASE_MS,
    sweepIntervalMs: environment.SWEEP_INTERVAL_MS,
    pairingCodeMs: environment.PAIRING_CODE_MS,
    sessionMs: environment.SESSION_MS,
    accessTokenMs: environment.ACCESS_TOKEN_MS,
    agentTokenMs: environment.AGENT_TOKEN_MS,
    machineTokenMs: environment.MACHINE_TOKEN_MS,
    machineCertificates: environment.MACHINE_CERTIFICATES,
    uploadRetentionMs: environment.UPLOAD_RETENTION_MS,
  }
}

function tlsOf(environment: Environment): TlsSettings | undefined {
  const { TLS_CERTIFICATE_FILE: certificate, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE } = environment
  if (certificate === undefined || key === undefined) return undefined
  return { certificate, key, clientAuthorities: TLS_CLIENT_CA_FILE }
}

/** Issuers beside the installation itself, if one is named. */
export function externalIssuersOf(environment: Environment): ExternalIssuers | undefined {
  const { ACCESS_ISSUER, JWKS, JWKS_URL, MACHINE_ISSUER, MACHINE_SIGNING_KEY: machineKey } = environment
  if (ACCESS_ISSUER === undefined || !machineKey) return undefined
  return {
    accessIssuer: ACCESS_ISSUER,
    accessKeys: JWKS ? createLocalJWKSet(JWKS) : remoteKeys(JWKS_URL!, machineKey),
    machineIssuer: MACHINE_ISSUER ?? ACCESS_ISSUER,
    machineKey,
  }
}
