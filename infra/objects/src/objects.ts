/** An object that is there: its key and when it was last put. */
export interface ObjectEntry {
  key: string
  modifiedAt: Date
}

/**
 * Object storage: bytes by key. What is personal is sealed by the caller before it comes here, bound to its key
 * (`sealBytes`). Keys are paths of 1 to 12 parts of letters, digits, `.`, `_` and `-`, divided by `/`.
 */
export interface Objects {
  /**
   * Stores bytes in place of what was there; durable when it answers. Nobody finds a part of them while the machine
   * runs. Where it throws, or the power fails before it answers, an object that is new may be there, wholly or in part.
   */
  put(key: string, bytes: Uint8Array): Promise<void>
  get(key: string): Promise<Buffer | undefined>
  /** Deletes an object; of one that is not there nothing is said. */
  delete(key: string): Promise<void>
  /** The objects whose keys are below `prefix` (whole parts: `a/b` is above `a/b/c`, not above `a/bc`), in no order. */
  list(prefix: string): AsyncIterable<ObjectEntry>
}

/** A key that could lead out of its folder, or that not every storage can hold. */
export class InvalidObjectKeyError extends Error {
  override name = 'InvalidObjectKeyError'
}

const MAX_KEY_LENGTH = 400
const MAX_PARTS = 12
/** No part begins with a dot: neither `..` nor what is half written can be named. */
const part = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/

/** The parts of a key. @throws InvalidObjectKeyError */
export function keyParts(key: string): string[] {
  const parts = key.split('/')
  if (key.length > MAX_KEY_LENGTH || parts.length > MAX_PARTS || !parts.every(each => part.test(each))) {
    throw new InvalidObjectKeyError(
      'an object key must be up to 12 parts of letters, digits, ".", "_" and "-"',
    )
  }
  return parts
}
