export function refuseWithoutDocker(
  environment: Readonly<Record<string, string | undefined>>,
  places?: readonly string[],
): Promise<void>
