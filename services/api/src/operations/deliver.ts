import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
} from 'graphql'
import type { Delivery } from '../reading/changes.ts'
import { isUnavailable } from '../unavailable.ts'

/**
 * Carries out a subscription: each change of its source is executed with a context and a snapshot of its own.
 * The change is the root value. A change whose relations can't be read because the database is away is read again, never told half.
 *
 * @returns the results, or one result with the errors where the subscription can't begin
 */
export async function deliverChanges(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  const changes = (source as AsyncIterable<Delivery<unknown>>)[Symbol.asyncIterator]()

  const results: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      for (;;) {
        const step = await changes.next()
        if (step.done) return { done: true, value: undefined }
        const { change, context, snapshot, accept, retry } = step.value
        let result: ExecutionResult
        try {
          result = await execute({ ...args, rootValue: change, contextValue: context })
        } finally {
          await snapshot.finish()
        }
        if (isUnavailable(snapshot.fault) || result.errors?.some(isOfTransientFault)) {
          await retry()
          continue
        }
        accept()
        return { done: false, value: result }
      }
    },
    async return() {
      await changes.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
  return results
}

function isOfTransientFault(error: GraphQLError): boolean {
  return isUnavailable(error.originalError)
}
