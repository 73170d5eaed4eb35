import { MalformedEventError, UnknownEventTypeError } from '@sightline/event-log/errors'
import type { Logger } from '@sightline/logging/logging'

/**
 * Passes over what can't be swept because its stream can't be read, so that it doesn't keep everything else
 * waiting. It is tried again once forgotten.
 */
export interface Skipping {
  /** The ids to be passed over. */
  readonly ids: readonly string[]
  /** Runs a part of a sweep about `id`; a stream that can't be read makes it skipped, anything else is thrown. */
  guard(id: string, sweep: () => Promise<void>): Promise<void>
  forget(): void
}

/** Passes over nothing at first. */
export function createSkipping(logger: Logger): Skipping {
  const skipped = new Set<string>()
  return {
    get ids() {
      return [...skipped]
    },
    async guard(id, sweep) {
      try {
        await sweep()
      } catch (error) {
        if (!(error instanceof MalformedEventError) && !(error instanceof UnknownEventTypeError)) throw error
        logger.error({ err: error }, 'a stream can not be read, so what ran out in it is left alone')
        skipped.add(id)
      }
    },
    forget() {
      skipped.clear()
    },
  }
}
