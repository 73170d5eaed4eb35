import type { z } from 'zod'

/** The variables that a process was started with. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Settings are absent or wrong. The message names every one of them, and no value. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError'
}

/**
 * Reads the settings of a process; variables that the schema doesn't name are left alone.
 * @throws EnvironmentError naming every fault at once
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  variables: Variables,
): z.output<Schema> {
  const parsed = schema.safeParse(variables)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new EnvironmentError(`the environment is not complete:\n  ${faults.join('\n  ')}`)
}
