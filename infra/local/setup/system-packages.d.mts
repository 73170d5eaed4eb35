export function installAdvice(packages: readonly string[], hasSudo: boolean): string
