/** Between a frame's time and the node's clock or the frame before, ms. */
const TOLERATED_FUTURE_MS = 2000

/** When a picture was taken, and how far that may be off. */
export interface CaptureTime {
  /** ms since 1970 */
  capturedAt: number
  clockErrorMs: number
}

/**
 * Makes a frame's time one that can be ordered: not more than 2 s in the future, never before the frame before it.
 * What had to be moved is flagged: its error is larger by as much as it was moved.
 * @param frame.previous the time given to the frame before in the same epoch
 */
export function captureTime(frame: {
  seenAt: number
  now: number
  previous: number | undefined
  errorMs: number
}): CaptureTime {
  const { seenAt, now, previous, errorMs } = frame
  let capturedAt = seenAt > now + TOLERATED_FUTURE_MS ? now : seenAt
  if (previous !== undefined && capturedAt < previous) capturedAt = previous
  capturedAt = Math.round(capturedAt)
  const moved = Math.abs(capturedAt - Math.round(seenAt))
  return { capturedAt, clockErrorMs: errorMs + moved }
}
