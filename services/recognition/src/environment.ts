import { randomUUID } from 'node:crypto'
import { readSettings, type Variables } from '@sightline/environment/read-settings'
import {
  base64Key,
  brokers,
  eventStoreUrl,
  logLevel,
  milliseconds,
  postgresAddress,
} from '@sightline/environment/settings'
import { z } from 'zod'
import { checkTimings, defaultTimings, type RecognitionTimings } from './recognition.ts'

const schema = z
  .object({
    ESDB_URL: eventStoreUrl,
    ...postgresAddress,
    POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
    /** Wraps and unwraps data keys. */
    MASTER_KEY: base64Key,
    /** The master key before it, while keys are being re-wrapped. */
    PREVIOUS_MASTER_KEY: base64Key.optional(),
    KAFKA_BROKERS: brokers,
    TOPIC_PREFIX: z.string().default(''),
    KAFKA_GROUP_PREFIX: z.string().default(''),
    FRAME_PARTITIONS: z.coerce.number().int().positive().default(12),
    OBJECTS_FOLDER: z.string().min(1),
    /** Where the weights are that the model set names. */
    MODELS_FOLDER: z.string().min(1),
    /** A model set's description; the evaluation set's if not given. */
    MODEL_SET_FILE: z.string().min(1).optional(),
    RECOGNISER_ID: z.uuid().default(() => randomUUID()),
    RECOGNITION_WORKERS: z.coerce.number().int().positive().optional(),
    LOG_LEVEL: logLevel,
    SESSION_TIMEOUT_MS: milliseconds(defaultTimings.sessionTimeoutMs),
    MAX_FRAME_AGE_MS: milliseconds(defaultTimings.maxFrameAgeMs),
    REJOIN_MS: milliseconds(defaultTimings.rejoinMs),
    ABSENCE_GAP_MS: milliseconds(defaultTimings.absenceGapMs),
    UNWATCHED_AFTER_MS: milliseconds(defaultTimings.unwatchedAfterMs),
    RETURN_WITHIN_MS: milliseconds(defaultTimings.returnWithinMs),
    COMMIT_INTERVAL_MS: milliseconds(defaultTimings.commitIntervalMs),
    PICTURE_TIMEOUT_MS: milliseconds(defaultTimings.pictureTimeoutMs),
  })
  .transform(values => ({ ...values, timings: timingsOf(values) }))
  .superRefine(({ timings }, context) => {
    const fault = checkTimings(timings)
    if (fault) context.addIssue({ code: 'custom', path: ['ABSENCE_GAP_MS'], message: fault })
  })

export type Environment = z.infer<typeof schema>

/** Reads the settings of recognition. @throws EnvironmentError */
export function readEnvironment(variables: Variables = process.env): Environment {
  return readSettings(schema, variables)
}

const timingsOf = (values: {
  SESSION_TIMEOUT_MS: number
  MAX_FRAME_AGE_MS: number
  REJOIN_MS: number
  ABSENCE_GAP_MS: number
  UNWATCHED_AFTER_MS: number
  RETURN_WITHIN_MS: number
  COMMIT_INTERVAL_MS: number
  PICTURE_TIMEOUT_MS: number
}): RecognitionTimings => ({
  sessionTimeoutMs: values.SESSION_TIMEOUT_MS,
  maxFrameAgeMs: values.MAX_FRAME_AGE_MS,
  rejoinMs: values.REJOIN_MS,
  absenceGapMs: values.ABSENCE_GAP_MS,
  unwatchedAfterMs: values.UNWATCHED_AFTER_MS,
  returnWithinMs: values.RETURN_WITHIN_MS,
  commitIntervalMs: values.COMMIT_INTERVAL_MS,
  pictureTimeoutMs: values.PICTURE_TIMEOUT_MS,
})
