import { randomUUID } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { defaultCameraTimings, defaultSampling, type MediaNodeSettings } from './settings.ts'

const list = z.string().transform(text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== ''),
)
const ms = (standard: number) => z.coerce.number().int().positive().default(standard)

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

const variables = z.object({
  API_URL: z.url(),
  MACHINE_TOKEN: subject,
  KAFKA_BROKERS: list.refine(brokers => brokers.length > 0, 'names no broker'),
  TOPIC_PREFIX: z.string().default(''),
  ALLOWED_CAMERA_NETWORKS: list.refine(
    networks => networks.length > 0 && networks.every(network => ipaddr.isValidCIDR(network)),
    'is no list of CIDR networks',
  ),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
  PATH: z.string().min(1),
  LEASE_RENEWAL_MS: ms(5000),
  COMMAND_RETRY_MS: ms(1000),
  CAMERA_ANSWER_MS: ms(defaultCameraTimings.answerMs),
  CAMERA_PROBE_MS: ms(defaultCameraTimings.probeMs),
  CAMERA_STALL_MS: ms(defaultCameraTimings.stallMs),
  CAMERA_KEY_FRAME_DISTANCE_MS: ms(defaultCameraTimings.assumedKeyFrameDistanceMs),
  CAMERA_BACKOFF_FIRST_MS: ms(defaultCameraTimings.backoffMs.first),
  CAMERA_BACKOFF_LONGEST_MS: ms(defaultCameraTimings.backoffMs.longest),
})

/** What the process is configured by. */
export interface Environment {
  apiUrl: string
  token: string
  brokers: string[]
  topicPrefix: string
  /** Names this process among Kafka's clients. */
  clientId: string
  settings: MediaNodeSettings
}

/** The environment is not complete; the message names every fault. */
export class EnvironmentFaulty extends Error {
  override name = 'EnvironmentFaulty'
}

/** Reads the environment. @throws EnvironmentFaulty naming every variable that is wrong, without its value */
export function readEnvironment(env: Record<string, string | undefined> = process.env): Environment {
  const parsed = variables.safeParse(env)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
    throw new EnvironmentFaulty(`the environment is faulty: ${faults.join('; ')}`)
  }
  const data = parsed.data
  return {
    apiUrl: data.API_URL,
    token: data.MACHINE_TOKEN.token,
    brokers: data.KAFKA_BROKERS,
    topicPrefix: data.TOPIC_PREFIX,
    clientId: `media-node-${randomUUID()}`,
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
