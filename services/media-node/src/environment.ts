import { randomUUID } from 'node:crypto'
import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { brokers, list, logLevel, milliseconds } from '@sightline/environment/settings'
import { apiTlsOf, apiTlsSettings } from '@sightline/environment/tls'
import type { LogLevel } from '@sightline/logging/logging'
import { isApiKey } from '@sightline/schema/api-key-token'
import type { ApiTls } from '@sightline/schema/posting'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { type Credential, nodeIdOf } from './credential.ts'
import { defaultCameraTimings, defaultSampling, type MediaNodeSettings } from './settings.ts'

const token = z.string().refine(text => {
  try {
    return nodeIdOf(text) !== ''
  } catch {
    return false
  }
}, 'is no token whose subject is a UUID')

const schema = z
  .object({
    API_URL: z.url(),
    ...apiTlsSettings,
    /** The node's API key; or a token of another issuer, which must last as long as the process. */
    API_KEY: z.string().refine(isApiKey, 'is no API key').optional(),
    MACHINE_TOKEN: token.optional(),
    KAFKA_BROKERS: brokers,
    TOPIC_PREFIX: z.string().default(''),
    ALLOWED_CAMERA_NETWORKS: list.refine(
      networks => networks.length > 0 && networks.every(network => ipaddr.isValidCIDR(network)),
      'is no list of CIDR networks',
    ),
    MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
    PATH: z.string().min(1),
    LOG_LEVEL: logLevel,
    LEASE_RENEWAL_MS: milliseconds(5000),
    LEASE_BOUND_MS: milliseconds(300_000),
    COMMAND_RETRY_MS: milliseconds(1000),
    FAREWELL_MS: milliseconds(3000),
    CAMERA_ANSWER_MS: milliseconds(defaultCameraTimings.answerMs),
    CAMERA_PROBE_MS: milliseconds(defaultCameraTimings.probeMs),
    CAMERA_STALL_MS: milliseconds(defaultCameraTimings.stallMs),
    CAMERA_KEY_FRAME_DISTANCE_MS: milliseconds(defaultCameraTimings.assumedKeyFrameDistanceMs),
    CAMERA_BACKOFF_FIRST_MS: milliseconds(defaultCameraTimings.backoffMs.first),
    CAMERA_BACKOFF_LONGEST_MS: milliseconds(defaultCameraTimings.backoffMs.longest),
  })
  .transform((values, context) => ({
    ...values,
    tls: apiTlsOf(values, context),
    credential: credentialOf(values, context),
  }))

/** The one of the two that is set. */
function credentialOf(
  values: { API_KEY?: string | undefined; MACHINE_TOKEN?: string | undefined },
  context: z.RefinementCtx,
): Credential {
  const { API_KEY: apiKey, MACHINE_TOKEN: machineToken } = values
  if (apiKey !== undefined && machineToken === undefined) return { kind: 'api key', text: apiKey }
  if (machineToken !== undefined && apiKey === undefined) return { kind: 'token', token: machineToken }
  context.addIssue({
    code: 'custom',
    path: ['API_KEY'],
    message: 'either API_KEY or MACHINE_TOKEN must be set',
  })
  return z.NEVER
}

/** What the process is configured by. */
export interface Environment {
  apiUrl: string
  /** Undefined where it connects as the system does. */
  tls: ApiTls | undefined
  credential: Credential
  brokers: string[]
  topicPrefix: string
  /** Names this process among Kafka's clients. */
  clientId: string
  logLevel: LogLevel
  /** All but who it is, which its token says. */
  settings: Omit<MediaNodeSettings, 'nodeId'>
}

/** Reads the settings of the media node. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  const data = readSettings(schema, variables)
  return {
    apiUrl: data.API_URL,
    tls: data.tls,
    credential: data.credential,
    brokers: data.KAFKA_BROKERS,
    topicPrefix: data.TOPIC_PREFIX,
    clientId: `media-node-${randomUUID()}`,
    logLevel: data.LOG_LEVEL,
    settings: {
      allowedCameraNetworks: data.ALLOWED_CAMERA_NETWORKS,
      programPath: data.PATH,
      workerBinary: data.MEDIASOUP_WORKER_BIN,
      leaseRenewalMs: data.LEASE_RENEWAL_MS,
      leaseBoundMs: data.LEASE_BOUND_MS,
      commandRetryMs: data.COMMAND_RETRY_MS,
      farewellMs: data.FAREWELL_MS,
      camera: {
        ...defaultCameraTimings,
        answerMs: data.CAMERA_ANSWER_MS,
        probeMs: data.CAMERA_PROBE_MS,
        stallMs: data.CAMERA_STALL_MS,
        assumedKeyFrameDistanceMs: data.CAMERA_KEY_FRAME_DISTANCE_MS,
        backoffMs: { first: data.CAMERA_BACKOFF_FIRST_MS, longest: data.CAMERA_BACKOFF_LONGEST_MS },
      },
      sampling: defaultSampling,
    },
  }
}
