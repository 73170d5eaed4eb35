/** Reads relations in batches; they live for one request or one delivered change. */
export type Loaders = Record<never, never>
