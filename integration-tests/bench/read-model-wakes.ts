import { createDatabase } from '@sightline/database/database'
import { createLogger } from '@sightline/logging/logging'
import { READ_CHANNEL } from '@sightline/projections/checkpoint'
import type { System } from '@sightline/testing/system'

/** When the rows of which positions were there, by the projector's own notifications. */
export interface ReadModelWakes extends AsyncDisposable {
  /** Wall clock, ms, at which rows of at least this position were announced; undefined before that. */
  projectedAt(position: bigint): number | undefined
}

/** Listens to what the projector announces, as the API does. */
export async function listenToWakes(system: System): Promise<ReadModelWakes> {
  const environment = system.environmentOf('api')
  const database = createDatabase({
    connection: {
      host: environment.POSTGRES_HOST!,
      port: Number(environment.POSTGRES_PORT),
      database: environment.POSTGRES_DATABASE!,
    },
    roles: { api_tenant: environment.POSTGRES_PASSWORD_API_TENANT! },
    logger: createLogger({ name: 'bench', level: 'error' }),
  })
  const wakes: { position: bigint; at: number }[] = []
  await database.listen(
    READ_CHANNEL,
    payload => {
      const { position } = JSON.parse(payload) as { position: string }
      wakes.push({ position: BigInt(position), at: now() })
    },
    () => undefined,
  )
  return {
    projectedAt: position => wakes.find(wake => wake.position >= position)?.at,
    [Symbol.asyncDispose]: () => database.close(),
  }
}

/** The wall clock, ms since 1970 with fractions: comparable with what other processes on this machine say. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}
