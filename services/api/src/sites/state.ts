import type { SiteEvent } from '@sightline/contracts/sites'

/** A site as its stream tells it. */
export type SiteState = { status: 'absent' } | { status: 'created'; name: string }

/** A site that was not created. */
export const noSite: SiteState = { status: 'absent' }

/** What an event makes of the state. */
export function evolveSite(_state: SiteState, event: SiteEvent): SiteState {
  switch (event.type) {
    case 'SiteCreated':
      return { status: 'created', name: event.data.name }
  }
}
