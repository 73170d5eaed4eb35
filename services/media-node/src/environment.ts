import { randomUUID } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import { readSettings, type Variables } from '@sightline/environment/read-settings'
import { brokers, list, logLevel, milliseconds } from '@sightline/environment/settings'
import type { LogLevel } from '@sightline/logging/logging'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { defaultCameraTimings, defaultSampling, type MediaNodeSettings } from './settings.ts'

/** The subject of a token that the API will verify: here it only says who this is. */
const subject = z.string().transform((token, context) => {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return { token, nodeId: z.object({ sub: uuid }).parse(payload).sub }
  } catch {
    context.addIssue({ code: 'custom', message: 'is no token whose subject is a UUID' })
    return z.NEVER
  }
})

const schema = z.object({
  API_URL: z.url(),
  MACHINE_TOKEN: subject,
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
  COMMAND_RETRY_MS: milliseconds(1000),
  CAMERA_ANSWER_MS: milliseconds(defaultCameraTimings.answerMs),
  CAMERA_PROBE_MS: milliseconds(defaultCameraTimings.probeMs),
  CAMERA_STALL_MS: milliseconds(defaultCameraTimings.stallMs),
  CAMERA_KEY_FRAME_DISTANCE_MS: milliseconds(defaultCameraTimings.assumedKeyFrameDistanceMs),
  CAMERA_BACKOFF_FIRST_MS: milliseconds(defaultCameraTimings.backoffMs.first),
  CAMERA_BACKOFF_LONGEST_MS: milliseconds(defaultCameraTimings.backoffMs.longest),
})

/** What the process is configured by. */
export interface Environment {
  apiUrl: string
  token: string
  brokers: string[]
  topicPrefix: string
  /** Names this process among Kafka's clients. */
  clientId: string
  logLevel: LogLevel
  settings: MediaNodeSettings
}

/** Reads the settings of the media node. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  const data = readSettings(schema, variables)
  return {
    apiUrl: data.API_URL,
    token: data.MACHINE_TOKEN.token,
    brokers: data.KAFKA_BROKERS,
    topicPrefix: data.TOPIC_PREFIX,
    clientId: `media-node-${randomUUID()}`,
    logLevel: data.LOG_LEVEL,
    settings: {
      nodeId: data.MACHINE_TOKEN.nodeId,
      allowedCameraNetworks: data.ALLOWED_CAMERA_NETWORKS,
      programPath: data.PATH,
      workerBinary: data.MEDIASOUP_WORKER_BIN,
      leaseRenewalMs: data.LEASE_RENEWAL_MS,
      commandRetryMs: data.COMMAND_RETRY_MS,
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
