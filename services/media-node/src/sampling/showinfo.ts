/** What ffmpeg's filter `showinfo` says of one frame. */
export interface ShownFrame {
  /** When its packets arrived, ms since 1970; undefined for the first frame, whose time stamp is not set. */
  seenAt: number | undefined
  /** px */
  width: number
  height: number
  /** It is shown out of the order in which it came: browsers would stutter. */
  isBFrame: boolean
}

const line = /\bParsed_showinfo_\d+ .*\bn: *\d+ pts: *(-?\d+|NOPTS) .*\bs:(\d+)x(\d+)(?: .*\btype:([A-Z]))?/
/** 2001-09-09: a time stamp before it counts from somewhere else. */
const EARLIEST_MS = 1e12

/** Reads a line of ffmpeg's standard error whose time stamps are wall-clock times in 1/90000 s; undefined for others. */
export function readShowinfo(text: string): ShownFrame | undefined {
  const match = line.exec(text)
  if (!match) return undefined
  const [, pts, width, height, type] = match
  const ms = Number(pts) / 90
  return {
    seenAt: ms >= EARLIEST_MS ? ms : undefined,
    width: Number(width),
    height: Number(height),
    isBFrame: type === 'B',
  }
}
