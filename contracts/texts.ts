import { z } from 'zod'

/** Control characters, halves of surrogate pairs, and what breaks a line. */
const unwritable = /[\p{Cc}\p{Cs}\u2028\u2029]/u

/**
 * A text of one line that every store can hold: PostgreSQL takes neither NUL nor half a surrogate pair, and an
 * event that can't be projected stops all tenants' read models.
 * @param max UTF-16 code units
 */
export function line(max: number) {
  return z
    .string()
    .max(max)
    .refine(text => !unwritable.test(text), 'must be one line without control characters')
}

/** The same, trimmed, and not empty. */
export function words(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(text => !unwritable.test(text), 'must be one line without control characters')
}
