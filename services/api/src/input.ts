import { v5, v7 } from 'uuid'
import type { z } from 'zod'
import { badRequest } from './context.ts'

/**
 * Parses what a caller gave.
 * @throws GraphQLError BAD_USER_INPUT that names what is wrong with each field
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue =>
    issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`,
  )
  throw badRequest(faults.join('; '), 'BAD_USER_INPUT')
}

/**
 * The id of something new for which the caller gave none: derived from their command's id (UUIDv5), so that a
 * repetition means the same thing, else a UUIDv7.
 */
export function newId(commandId: string | null | undefined, purpose: string): string {
  return commandId ? v5(purpose, commandId) : v7()
}

/** The id of the one data key of a subject: every attempt to make the subject finds the same key. */
export function dataKeyId(subject: 'person' | 'camera' | 'user', subjectId: string): string {
  return v5(`data key of ${subject}`, subjectId)
}
