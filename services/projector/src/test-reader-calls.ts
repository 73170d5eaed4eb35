import { randomUUID } from 'node:crypto'
import type { Sql } from '@sightline/database/sql'
import * as agents from '@sightline/projections/agents/reader'
import * as apiKeys from '@sightline/projections/api-keys/reader'
import * as assignments from '@sightline/projections/assignments/reader'
import * as cameras from '@sightline/projections/cameras/reader'
import * as members from '@sightline/projections/members/reader'
import * as people from '@sightline/projections/people/reader'
import * as pictures from '@sightline/projections/pictures/reader'
import * as sessions from '@sightline/projections/sessions/reader'
import * as sightings from '@sightline/projections/sightings/reader'
import * as sites from '@sightline/projections/sites/reader'
import * as streams from '@sightline/projections/streams/reader'
import * as tenantRecords from '@sightline/projections/tenant-records/reader'
import * as tenants from '@sightline/projections/tenants/reader'

/** Calls of one reader that send every statement it has. */
type Calls = readonly ((read: Sql) => Promise<unknown>)[]

const [id, other] = [randomUUID(), randomUUID()]
const ids = [id, other]
const named = { first: 50, after: { name: 'Entrance', id } }
const timed = { first: 50, after: { at: new Date('2026-01-31T12:00:00Z'), id } }
const position = 100n
/** What callers see to whom little was granted. */
const scope = { siteIds: [id], cameraIds: ids }

/** Readers that people call, whether they see the whole tenant or some of it, by file and function. */
export const readersOfScopes: Readonly<Record<string, Readonly<Record<string, Calls>>>> = {
  agents: {
    agentsByIds: [read => agents.agentsByIds(read, ids)],
    allAgents: [read => agents.allAgents(read), read => agents.allAgents(read, { scope })],
    agentPage: [
      read => agents.agentPage(read, { first: 50 }),
      read => agents.agentPage(read, named),
      read => agents.agentPage(read, { ...named, scope }),
    ],
    agentPagesOfSites: [read => agents.agentPagesOfSites(read, ids, named)],
    agentsChangedAfter: [read => agents.agentsChangedAfter(read, { position })],
  },
  cameras: {
    camerasByIds: [read => cameras.camerasByIds(read, ids)],
    allCameras: [
      read => cameras.allCameras(read),
      read => cameras.allCameras(read, { siteId: id }),
      read => cameras.allCameras(read, { scope }),
    ],
    allCameraIds: [cameras.allCameraIds],
    cameraPage: [
      read => cameras.cameraPage(read, { first: 50 }),
      read => cameras.cameraPage(read, { siteId: id, ...named }),
      read => cameras.cameraPage(read, { ...named, scope }),
    ],
    cameraPagesOfSites: [read => cameras.cameraPagesOfSites(read, ids, named)],
    camerasChangedAfter: [
      read => cameras.camerasChangedAfter(read, { position }),
      read => cameras.camerasChangedAfter(read, { position, siteId: id }),
    ],
  },
  people: {
    peopleByIds: [read => people.peopleByIds(read, ids)],
    allPeople: [people.allPeople],
    allPersonIds: [people.allPersonIds],
    personPage: [read => people.personPage(read, { first: 50 }), read => people.personPage(read, named)],
    peopleChangedAfter: [read => people.peopleChangedAfter(read, { position })],
  },
  pictures: { picturesOfPeople: [read => pictures.picturesOfPeople(read, ids)] },
  sightings: {
    sightingsByIds: [read => sightings.sightingsByIds(read, ids)],
    sightingPage: [
      read => sightings.sightingPage(read, { first: 50 }),
      read => sightings.sightingPage(read, timed),
      read => sightings.sightingPage(read, { ...timed, scope }),
      read => sightings.sightingPage(read, { ...timed, cameraId: id }),
      read => sightings.sightingPage(read, { ...timed, siteId: id }),
      read => sightings.sightingPage(read, { ...timed, personId: id }),
    ],
    sightingPagesOfCameras: [read => sightings.sightingPagesOfCameras(read, ids, timed)],
    sightingsChangedAfter: [
      read => sightings.sightingsChangedAfter(read, { position }),
      read => sightings.sightingsChangedAfter(read, { position, cameraId: id, siteId: id, personId: id }),
    ],
  },
  sites: {
    sitesByIds: [read => sites.sitesByIds(read, ids)],
    sitePage: [
      read => sites.sitePage(read, { first: 50 }),
      read => sites.sitePage(read, named),
      read => sites.sitePage(read, { ...named, scope }),
    ],
  },
  streams: {
    streamsByIds: [read => streams.streamsByIds(read, ids)],
    newestStreamsOfCameras: [read => streams.newestStreamsOfCameras(read, ids)],
    streamsOfCameraChangedAfter: [
      read => streams.streamsOfCameraChangedAfter(read, { position, cameraId: id }),
    ],
  },
  tenants: { ownTenant: [tenants.ownTenant] },
}

/** Readers that only those call who see the whole tenant. */
export const readersOfTenants: typeof readersOfScopes = {
  tenants: { ownTenantSettings: [tenants.ownTenantSettings] },
  members: {
    membersByIds: [read => members.membersByIds(read, ids)],
    allMembers: [members.allMembers],
    memberPage: [read => members.memberPage(read, { first: 50 }), read => members.memberPage(read, named)],
    membersChangedAfter: [read => members.membersChangedAfter(read, { position })],
    grantsOfMembers: [read => members.grantsOfMembers(read, ids)],
  },
  'api-keys': {
    apiKeyPage: [
      read => apiKeys.apiKeyPage(read, { first: 50 }),
      read => apiKeys.apiKeyPage(read, { ...timed, subjectId: id }),
    ],
  },
  sessions: { sessionPage: [read => sessions.sessionPage(read, { ...timed, userId: id })] },
}

/** Readers of machines. */
export const readersOfMachines: typeof readersOfScopes = {
  assignments: {
    allAssignments: [assignments.allAssignments],
    assignmentsChangedAfter: [read => assignments.assignmentsChangedAfter(read, { position })],
  },
}

/** Readers of the system's administrators. */
export const readersOfSystem: typeof readersOfScopes = {
  'tenant-records': {
    tenantRecordById: [read => tenantRecords.tenantRecordById(read, id)],
    allTenantRecords: [tenantRecords.allTenantRecords],
    tenantRecordPage: [
      read => tenantRecords.tenantRecordPage(read, { first: 50 }),
      read => tenantRecords.tenantRecordPage(read, named),
    ],
    tenantRecordsChangedAfter: [read => tenantRecords.tenantRecordsChangedAfter(read, { position })],
  },
}
