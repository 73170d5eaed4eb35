import { agentEvents } from './agents.ts'
import { cameraEvents } from './cameras.ts'
import type { EventDefinition, EventOf } from './event.ts'
import { logEvents } from './log.ts'
import { machineEvents } from './machines.ts'
import { memberEvents } from './members.ts'
import { personEvents } from './people.ts'
import { pictureEvents } from './pictures.ts'
import { sightingEvents } from './sightings.ts'
import { siteEvents } from './sites.ts'
import { streamEvents } from './streams.ts'
import { systemEvents } from './system.ts'
import { tenantEvents } from './tenants.ts'
import { userEvents } from './users.ts'

/** Every type of event that this build knows. */
export const eventDefinitions = [
  ...logEvents,
  ...tenantEvents,
  ...siteEvents,
  ...agentEvents,
  ...cameraEvents,
  ...streamEvents,
  ...personEvents,
  ...pictureEvents,
  ...sightingEvents,
  ...memberEvents,
  ...machineEvents,
  ...userEvents,
  ...systemEvents,
] as const

/** Any event of the log, by its type and data. */
export type SightlineEvent = EventOf<(typeof eventDefinitions)[number]>
export type EventType = SightlineEvent['type']

/** The definition of each type of event by its name. */
export const definitionOf: ReadonlyMap<string, EventDefinition> = new Map(
  eventDefinitions.map(definition => [definition.type, definition]),
)
