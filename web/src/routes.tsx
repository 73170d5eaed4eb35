import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { FirstPage } from './shell/FirstPage.tsx'
import { NoSuchPage, PageFault } from './shell/PageFault.tsx'
import { Shell } from './shell/Shell.tsx'

/** Which site is looked at; absent: all of them. It stays in the address from page to page. */
interface SiteSearch {
  site?: string
}

/** What the address names by its id; what is no id is as good as absent. */
const id = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : undefined

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NoSuchPage,
  validateSearch: (search: Record<string, unknown>): SiteSearch => ({ site: id(search.site) }),
})

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: FirstPage,
})

const sightingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sightings',
  validateSearch: (
    search: Record<string, unknown>,
  ): { camera?: string; person?: string; sighting?: string } => ({
    camera: id(search.camera),
    person: id(search.person),
    sighting: id(search.sighting),
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

const tenantsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tenants',
  validateSearch: (search: Record<string, unknown>): { find?: string } =>
    typeof search.find === 'string' && search.find !== '' ? { find: search.find.slice(0, 120) } : {},
  component: lazyRouteComponent(() => import('./tenants/TenantsPage.tsx'), 'TenantsPage'),
})

const tenantRecordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tenants/$tenantId',
  component: lazyRouteComponent(() => import('./tenants/TenantRecordPage.tsx'), 'TenantRecordPage'),
})

const accessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/access',
  component: lazyRouteComponent(() => import('./access/AccessPages.tsx'), 'AccessPages'),
})

const firstAccessRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./access/AccessPages.tsx'), 'FirstAccessPage'),
})

const membersRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: '/members',
  component: lazyRouteComponent(() => import('./access/MembersPage.tsx'), 'MembersPage'),
})

const keysRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('./access/KeysPage.tsx'), 'KeysPage'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: '/sessions',
  validateSearch: (search: Record<string, unknown>): { member?: string } => ({ member: id(search.member) }),
  component: lazyRouteComponent(() => import('./access/SessionsPage.tsx'), 'SessionsPage'),
})

const tenantRoute = createRoute({
  getParentRoute: () => accessRoute,
  path: '/tenant',
  component: lazyRouteComponent(() => import('./access/TenantPage.tsx'), 'TenantPage'),
})

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    sightingsRoute,
    peopleRoute,
    camerasRoute,
    agentsRoute,
    tenantsRoute,
    tenantRecordRoute,
    accessRoute.addChildren([firstAccessRoute, membersRoute, keysRoute, sessionsRoute, tenantRoute]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageFault,
  defaultNotFoundComponent: NoSuchPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
