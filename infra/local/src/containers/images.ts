import type { PartName } from '../part.ts'

/** Which image a part's container is made from, and the variable of the environment that names another. */
export type PartImage = { image: string; variable: string }

/** The one list of the stack's images. Testcontainers' own helper, Ryuk, is named by `RYUK_CONTAINER_IMAGE`. */
const images: Readonly<Record<PartName, PartImage>> = {
  postgres: { image: 'postgres:18', variable: 'STACK_POSTGRES_IMAGE' },
  kafka: { image: 'apache/kafka:4.1.0', variable: 'STACK_KAFKA_IMAGE' },
  eventStore: { image: 'eventstore/eventstore:24.10', variable: 'STACK_EVENT_STORE_IMAGE' },
}

/** The image of a part: what the environment names, else the stack's own choice. */
export function imageOf(
  part: PartName,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): PartImage {
  const { image, variable } = images[part]
  return { image: environment[variable] || image, variable }
}
