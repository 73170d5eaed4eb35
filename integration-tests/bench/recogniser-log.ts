import { readFileSync } from 'node:fs'

/** When the frame that opened each sighting had arrived at the recogniser: wall clock, ms, by sighting id. */
export function arrivalsAtRecogniser(logFile: string): Map<string, number> {
  const arrivals = new Map<string, number>()
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    if (!line.includes('"sightings changed"')) continue
    const { time, changes, receivedToAppendedMs } = JSON.parse(line) as {
      time: string
      changes: { type: string; sightingId: string }[]
      receivedToAppendedMs: number
    }
    for (const { type, sightingId } of changes)
      if (type === 'opened') arrivals.set(sightingId, Date.parse(time) - receivedToAppendedMs)
  }
  return arrivals
}
