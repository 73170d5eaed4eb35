import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { v7 as uuidv7 } from 'uuid'

/**
 * Appends an event past the codec, so that it may be of any type and form: what a broken or newer writer leaves.
 * For tests.
 */
export async function appendRaw(
  connectionString: string,
  stream: string,
  event: { id?: string; type: string; data: object; metadata: object },
  expected: 'no_stream' | bigint = 'no_stream',
): Promise<{ position: bigint }> {
  const client = EventStoreDBClient.connectionString(connectionString)
  try {
    const message = jsonEvent({
      id: event.id ?? uuidv7(),
      type: event.type,
      data: event.data,
      metadata: event.metadata,
    } as never)
    const { position } = await client.appendToStream(stream, message, { expectedRevision: expected })
    return { position: position!.commit }
  } finally {
    await client.dispose()
  }
}
