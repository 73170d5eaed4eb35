import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
} from 'graphql'
import type { RequestContext } from '../context.ts'
import type { Delivery } from '../reading/changes.ts'
import { isUnavailable } from '../unavailable.ts'

/**
 * Carries out a subscription: each change of its source is executed with a context and a snapshot of its own.
 * The change is the root value. A change whose relations can't be read because the database is away is read again, never told half.
 * Before each is told its gate is asked: the subscription ends with RIGHTS_CHANGED where the rights that it was read
 * under are others now, and waits where nobody knows.
 *
 * @returns the results, or one result with the errors where the subscription can't begin
 */
export async function deliverChanges(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  const changes = (source as AsyncIterable<Delivery<unknown>>)[Symbol.asyncIterator]()
  const { gate } = args.contextValue as Partial<Pick<RequestContext, 'gate'>>
  let ended: GraphQLError | undefined

  const forget = gate?.onEnd(error => {
    ended ??= error
    // Whoever waits for the next change is woken by it.
    void changes.return?.()
  })

  /** What a change comes to; undefined where it is to be read again, now or once the rights are known again. */
  async function resultOf(delivery: Delivery<unknown>): Promise<ExecutionResult | undefined> {
    const { change, context, snapshot, accept } = delivery
    let result: ExecutionResult
    try {
      result = await execute({ ...args, rootValue: change, contextValue: context })
    } finally {
      await snapshot.finish()
    }
    if (isUnavailable(snapshot.fault) || result.errors?.some(isOfTransientFault)) return undefined
    // What was read may be theirs no longer by the time that this is known.
    if (gate && gate.check() !== 'open') return undefined
    accept()
    return result
  }

  const results: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      for (;;) {
        if (ended) throw ended
        const step = await changes.next()
        if (step.done) {
          if (ended) throw ended
          return { done: true, value: undefined }
        }
        const { retry } = step.value
        const result = await resultOf(step.value)
        if (result) return { done: false, value: result }
        await gate?.heard()
        if (!ended) await retry()
      }
    },
    async return() {
      forget?.()
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
