/** Who makes the parts of stacks: processes on this machine, or Docker's containers. */
export const stackKinds = ['local', 'containers'] as const
export type StackKind = (typeof stackKinds)[number]

/** `STACK` names no way to make a stack. */
export class UnknownStackError extends Error {
  override readonly name = 'UnknownStackError'
  constructor(value: string) {
    super(`STACK is ${JSON.stringify(value)}; it may be ${stackKinds.join(' or ')}`)
  }
}

/** What `STACK` says; processes on this machine where it says nothing. @throws UnknownStackError */
export function stackKind(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): StackKind {
  const value = environment.STACK || 'local'
  const kind = stackKinds.find(known => known === value)
  if (kind === undefined) throw new UnknownStackError(value)
  return kind
}

/**
 * Skips a test that needs the parts to be processes of this machine.
 * @param context what vitest gives the test
 * @param because what the test does that can't be done to a container; it stands in the report
 */
export function localStackOnly(
  context: { skip(condition: boolean, note?: string): void },
  because: string,
): void {
  context.skip(stackKind() !== 'local', `the local stack's alone: ${because}`)
}
