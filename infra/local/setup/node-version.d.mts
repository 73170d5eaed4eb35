export function refuseOlderNode(version: string): void
