import { z } from 'zod'

/** What goes into the log of a process, from which level on. */
export const logLevel = z.enum(['debug', 'info', 'warn', 'error']).default('info')

/** A TCP port that somebody listens on. */
export const port = z.coerce.number().int().min(1).max(65_535)

/** Where the read models, `ops` and the data keys are. Roles' passwords are each process's own. */
export const postgresAddress = {
  POSTGRES_HOST: z.string().min(1),
  POSTGRES_PORT: port,
  POSTGRES_DATABASE: z.string().min(1),
}

/** `esdb://127.0.0.1:2113?tls=false`, a cluster's `esdb+discover://…`. */
export const eventStoreUrl = z.string().regex(/^esdb(\+discover)?:\/\//, 'must be an esdb:// address')

/** 32 bytes in base64; stays text. */
export const base64Key = z
  .base64()
  .refine(text => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')

/** Texts separated by commas; blanks around them and empty ones don't count. */
export const list = z.string().transform(text =>
  text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== ''),
)

/** `host:port` of one or more brokers, separated by commas. */
export const brokers = list.refine(hosts => hosts.length > 0, 'names no broker')

/** A duration, ms, as long as a timer can be; `standard` where it isn't set. */
export function milliseconds(standard: number) {
  return z.coerce.number().int().positive().max(2_147_483_647).default(standard)
}
