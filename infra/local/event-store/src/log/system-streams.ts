/** Whether the stream holds the metadata of another one. */
export function isMetastream(stream: string): boolean {
  return stream.startsWith('$$')
}

/** The stream that holds a stream's metadata. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`
}

/** The stream whose metadata a metastream holds. */
export function originalOf(metastream: string): string {
  return metastream.slice(2)
}

/** The types of the events that the store itself writes, or acts upon. */
export const systemType = {
  link: '$>',
  metadata: '$metadata',
  streamDeleted: '$streamDeleted',
  epoch: '$epoch-information',
} as const
