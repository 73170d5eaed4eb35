import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { checkTimings, defaultTimings, type RecognitionTimings } from './recognition.ts'

const ms = (byDefault: number) => z.coerce.number().int().positive().default(byDefault)

const schema = z
  .object({
    /** `esdb://127.0.0.1:2113?tls=false` and the like. */
    EVENT_STORE_URL: z.string().regex(/^esdb(\+discover)?:\/\//),
    POSTGRES_HOST: z.string().min(1),
    POSTGRES_PORT: z.coerce.number().int().min(1).max(65_535),
    POSTGRES_DATABASE: z.string().min(1),
    POSTGRES_PASSWORD_OPS_KEYS: z.string().min(1),
    /** 32 bytes in base64. */
    MASTER_KEY: z
      .base64()
      .refine(text => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64'),
    /** `host:port`, comma-separated. */
    KAFKA_BROKERS: z.string().transform(text => text.split(',').map(one => one.trim())),
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
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    SESSION_TIMEOUT_MS: ms(defaultTimings.sessionTimeoutMs),
    MAX_FRAME_AGE_MS: ms(defaultTimings.maxFrameAgeMs),
    REJOIN_MS: ms(defaultTimings.rejoinMs),
    ABSENCE_GAP_MS: ms(defaultTimings.absenceGapMs),
    UNWATCHED_AFTER_MS: ms(defaultTimings.unwatchedAfterMs),
    RETURN_WITHIN_MS: ms(defaultTimings.returnWithinMs),
    COMMIT_INTERVAL_MS: ms(defaultTimings.commitIntervalMs),
    PICTURE_TIMEOUT_MS: ms(defaultTimings.pictureTimeoutMs),
  })
  .transform(values => ({ ...values, timings: timingsOf(values) }))
  .superRefine(({ timings }, context) => {
    const fault = checkTimings(timings)
    if (fault) context.addIssue({ code: 'custom', path: ['ABSENCE_GAP_MS'], message: fault })
  })

export type Environment = z.infer<typeof schema>

/** Reads the service's settings. @throws Error naming every fault at once, without values */
export const readEnvironment = (variables: NodeJS.ProcessEnv = process.env): Environment => {
  const parsed = schema.safeParse(variables)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`the environment is not complete:\n  ${faults.join('\n  ')}`)
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
