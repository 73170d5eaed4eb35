import type { SampledFrame } from './sampler.ts'
import type { ShownFrame } from './showinfo.ts'

/** Puts pictures and what is told of them together: each picture has one line, in the same order, on another pipe. */
export interface FramePairing {
  tell(shown: ShownFrame): void
  picture(jpeg: Buffer): void
}

/** More frames than these told of and not delivered mean that times and pictures no longer belong together. */
const MOST_UNPAIRED = 16

/**
 * @param options.onFrame told of each picture whose time is known
 * @param options.onMismatch times and pictures no longer belong together
 */
export function createFramePairing(options: {
  onFrame: (frame: SampledFrame) => void
  onMismatch: () => void
}): FramePairing {
  const { onFrame, onMismatch } = options
  const told: ShownFrame[] = []
  const pictures: Buffer[] = []
  let isLookedAt = false

  const isMismatched = () => told.length > MOST_UNPAIRED || pictures.length > MOST_UNPAIRED

  function deliver(): void {
    while (told.length > 0 && pictures.length > 0) {
      const { seenAt, width, height } = told.shift() as ShownFrame
      const jpeg = pictures.shift() as Buffer
      if (seenAt !== undefined) onFrame({ jpeg, width, height, seenAt })
    }
    // After a pause of this process one pipe is read empty before the other: immediates run when both have been.
    if (!isMismatched() || isLookedAt) return
    isLookedAt = true
    setImmediate(look)
  }

  function look(): void {
    isLookedAt = false
    if (isMismatched()) onMismatch()
  }

  return {
    tell(shown) {
      told.push(shown)
      deliver()
    },
    picture(jpeg) {
      pictures.push(jpeg)
      deliver()
    },
  }
}
