export type Context = {
  cache: string
  temporaryFolder: () => string
  progress: (line: string) => void
}

export type Step = {
  name: string
  missing: (context: Context) => string | undefined | Promise<string | undefined>
  perform: (context: Context) => Promise<void>
}

export function runSteps(
  steps: readonly Step[],
  options: { cache: string; write: (text: string) => void; interactive: boolean },
): Promise<string[]>
