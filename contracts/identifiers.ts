import { z } from 'zod'

/** A UUID of any version; ids that Sightline makes are version 7, derived ones version 5, users' version 4 (RFC 9562). */
export const uuid = z.uuid()

/** An instant, RFC 3339 in UTC with milliseconds: `2026-01-31T12:00:00.000Z`. */
export const instant = z.iso.datetime({ precision: 3 })

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** W3C Trace Context, `traceparent`. */
export const traceparent = z.string().regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)

/** A revision in an event stream: 0, 1, 2 … */
export const revision = z.int().nonnegative()
