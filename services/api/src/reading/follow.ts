import type { Turns } from '@sightline/waiting/turns'
import type { RequestContext } from '../context.ts'
import type { RequestContexts } from '../request-contexts.ts'
import { changesOf, type Delivery, type Followed } from './changes.ts'
import type { Wakeups } from './wakeups.ts'

interface FollowedRow {
  id: string
  position: bigint
  removed: boolean
}

/** Begins a subscription: the changes of what is followed, under the caller's rights. */
export type Follow = <Row extends FollowedRow>(
  context: RequestContext,
  followed: Followed<Row>,
) => AsyncIterableIterator<Delivery<Row>>

/** @param options.turns the places in which changes are read: however many subscribers wake, queries keep their connections */
export function createFollow(options: { wakeups: Wakeups; contexts: RequestContexts; turns: Turns }): Follow {
  const { wakeups, contexts, turns } = options
  return (context, followed) =>
    changesOf(followed, {
      waiter: wakeups.register(followed.models),
      logger: context.logger,
      async openContext() {
        // Read under rights of this moment, or not at all.
        await context.gate?.heard()
        // A socket's messages are made one after another, each when the one before has left: however many
        // subscriptions a socket carries, it holds one unsent message.
        const sent = (await context.socketTurns?.take()) ?? (() => {})
        const giveBack = await turns.take()
        const opened = contexts.open(context)
        const { snapshot } = opened
        return {
          context: opened.context,
          sent,
          snapshot: {
            read: snapshot.read,
            finish: () => snapshot.finish().finally(giveBack),
            get fault() {
              return snapshot.fault
            },
          },
        }
      },
    })
}
