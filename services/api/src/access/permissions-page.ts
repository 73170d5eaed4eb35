import { type Permission, permissions } from './permissions.ts'

const columns = [
  ['anonymous', 'no token'],
  ['viewer', 'viewer'],
  ['operator', 'operator'],
  ['site_manager', 'site manager'],
  ['tenant_admin', 'tenant admin'],
  ['system_admin', 'system admin'],
  ['agent', 'agent'],
  ['media_node', 'media node'],
  ['worker', 'worker'],
] as const

const titles = {
  query: 'Queries',
  mutation: 'Commands',
  subscription: 'Subscriptions',
  route: 'Routes over HTTP',
} as const

/** The permission table for people, in Markdown. */
export function permissionsPage(): string {
  const sections = Object.entries(titles).map(([kind, title]) => {
    const rows: Readonly<Record<string, Permission>> = permissions[kind as keyof typeof titles]
    return [`## ${title}`, '', ...tableOf(rows)].join('\n')
  })
  return `${introduction}\n\n${sections.join('\n\n')}\n`
}

const introduction = `# Who may do what

Written from the table in \`permissions.ts\` by \`node services/api/src/access/write-permissions-page.ts\`; a test says
when it is old.

- **●** with this role, wherever it counts: a member whose role is narrowed to sites and cameras asks too, and sees or
  touches these alone. Everything else is answered as if it were absent.
- **○** only where the role counts everywhere.
- Blank: not with this role.

What somebody sees is their own tenant's. A tenant's administrator is always everywhere. A system administrator's
session belongs to no tenant. Some commands ask for more than the table: a session is ended by its own user or by an
administrator; machine keys of agents are the tenant's, those of media nodes and workers the system's.`

function tableOf(rows: Readonly<Record<string, Permission>>): string[] {
  const used = columns.filter(([role]) => Object.values(rows).some(row => row[role] !== undefined))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...used.map(([, title]) => title)]),
    line(['---', ...used.map(() => ':-:')]),
    ...Object.entries(rows)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, row]) => line([`\`${name}\``, ...used.map(([role]) => markOf(row[role], role))])),
  ]
}

/** Roles outside of tenants are everywhere by nature. */
const outsideOfTenants: readonly string[] = ['anonymous', 'system_admin', 'agent', 'media_node', 'worker']

function markOf(reach: 'in scope' | 'everywhere' | undefined, role: string): string {
  if (reach === undefined) return ''
  return reach === 'in scope' || outsideOfTenants.includes(role) ? '●' : '○'
}
