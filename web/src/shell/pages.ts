import {
  type Icon,
  IconBuilding,
  IconCamera,
  IconEye,
  IconKey,
  IconRouter,
  IconUsers,
} from '@tabler/icons-react'
import type { May, RootField } from '../myself/myself.ts'

/** A page of the navigation, and what one must be allowed to ask for to be offered it: any of these. */
interface NavigationPage {
  to: '/sightings' | '/people' | '/cameras' | '/agents' | '/tenants' | '/access'
  label: string
  icon: Icon
  needs: readonly RootField[]
}

const all: readonly NavigationPage[] = [
  { to: '/sightings', label: 'Sightings', icon: IconEye, needs: ['Subscription.sightings'] },
  { to: '/people', label: 'People', icon: IconUsers, needs: ['Subscription.peopleChanged'] },
  { to: '/cameras', label: 'Cameras', icon: IconCamera, needs: ['Subscription.camerasChanged'] },
  { to: '/agents', label: 'Agents', icon: IconRouter, needs: ['Subscription.agentsChanged'] },
  { to: '/tenants', label: 'Tenants', icon: IconBuilding, needs: ['Subscription.tenantRecordsChanged'] },
  { to: '/access', label: 'Access', icon: IconKey, needs: ['Query.sessions'] },
]

/** The pages that are offered to somebody. */
export function pagesFor(may: May): readonly NavigationPage[] {
  return all.filter(({ needs }) => needs.some(may))
}
