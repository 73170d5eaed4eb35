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
  let ended: { with: GraphQLError } | undefined
  let interrupt: ((error: GraphQLError) => void) | undefined

  const forget = gate?.onEnd(error => {
    ended ??= { with: error }
    interrupt?.(error)
    void changes.return?.()
  })

  async function step(): Promise<IteratorResult<ExecutionResult>> {
    for (;;) {
      const next = await changes.next()
      if (next.done) return { done: true, value: undefined }
      const { change, context, snapshot, accept, retry } = next.value
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
      const known = gate?.check() ?? 'open'
      if (known === 'unheard') {
        // What was read may be theirs no longer by the time that this is known.
        await gate?.heard()
        await retry()
        continue
      }
      if (ended) throw ended.with
      accept()
      return { done: false, value: result }
    }
  }

  const results: AsyncIterableIterator<ExecutionResult> = {
    next() {
      if (ended) return Promise.reject(ended.with)
      return new Promise((resolve, reject) => {
        interrupt = reject
        // Whoever can end it would keep hold of what it gave.
        const settled = () => {
          interrupt = undefined
        }
        step().then(resolve, reject).then(settled)
      })
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
