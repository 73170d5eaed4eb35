import type { z } from 'zod'

/** The first part of a stream's name, `<category>-<tenantId>.<id>` of most (`stream-names.ts`). */
export type Category =
  | 'log'
  | 'tenant'
  | 'site'
  | 'agent'
  | 'camera'
  | 'stream'
  | 'person'
  | 'picture'
  | 'sighting'
  | 'members'
  | 'machine'
  | 'user'
  | 'system'

/** One type of event: its name, the category of streams that it stands in, its newest version and its data. */
export interface EventDefinition<
  Type extends string = string,
  In extends Category = Category,
  Data extends z.ZodType = z.ZodType,
> {
  readonly type: Type
  readonly category: In
  /** The newest version; older ones are brought up by upcasters before `data` parses them. */
  readonly version: number
  readonly data: Data
  /**
   * Fields that are personal text: plain here, an `EncryptedValue` under the data key `keyId` of the same
   * event in the log.
   */
  readonly personal: readonly string[]
}

/** Defines a type of event. `personal` names the fields that the log holds as ciphertext under `data.keyId`. */
export function defineEvent<const Type extends string, const In extends Category, Data extends z.ZodType>(
  definition: Omit<EventDefinition<Type, In, Data>, 'personal'> & { personal?: readonly string[] },
): EventDefinition<Type, In, Data> {
  return { personal: [], ...definition }
}

/** An event as a decision gives it: its type and data, nothing else. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer Type, Category, infer Data>
    ? { type: Type; data: z.infer<Data> }
    : never
