/** Brings the data of one version of an event type, as stored JSON, to the next version. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>

/** For each event type, by the version that it takes: `{ PersonEnrolled: { 1: data => … } }` makes 2 of 1. */
export type Upcasters = Readonly<Record<string, Readonly<Record<number, Upcaster>>>>

/** The upcasters of this build. Every version below a definition's newest has one. */
export const upcasters: Upcasters = {}

/** A version that no chain of upcasters leads up from. */
export class UpcasterMissingError extends Error {
  override name = 'UpcasterMissingError'
}

/**
 * Brings stored data of `version` to `newest`, one version at a time. Data is JSON: personal texts are already
 * opened (or `{ erased: true }`), encrypted values are sealed as they were written.
 * @throws UpcasterMissingError naming the gap
 */
export function upcast(
  type: string,
  data: Record<string, unknown>,
  version: number,
  newest: number,
  known: Upcasters = upcasters,
): Record<string, unknown> {
  let current = data
  for (let at = version; at < newest; at++) {
    const step = known[type]?.[at]
    if (!step) throw new UpcasterMissingError(`no upcaster of ${type} from version ${at} to ${at + 1}`)
    current = step(current)
  }
  return current
}
