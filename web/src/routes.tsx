import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { Shell } from './shell/Shell.tsx'

/** Which site is looked at; absent: all of them. It stays in the address from page to page. */
interface SiteSearch {
  site?: string
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const rootRoute = createRootRoute({
  component: Shell,
  validateSearch: (search: Record<string, unknown>): SiteSearch => ({ site: text(search.site) }),
})

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/sightings', search: previous => previous })
  },
})

export const sightingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sightings',
  validateSearch: (
    search: Record<string, unknown>,
  ): { camera?: string; person?: string; sighting?: string } => ({
    camera: text(search.camera),
    person: text(search.person),
    sighting: text(search.sighting),
  }),
  component: lazyRouteComponent(() => import('./sightings/SightingsPage.tsx'), 'SightingsPage'),
})

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/PeoplePage.tsx'), 'PeoplePage'),
})

const camerasRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cameras',
  component: lazyRouteComponent(() => import('./cameras/CamerasPage.tsx'), 'CamerasPage'),
})

const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  component: lazyRouteComponent(() => import('./agents/AgentsPage.tsx'), 'AgentsPage'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, sightingsRoute, peopleRoute, camerasRoute, agentsRoute]),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
