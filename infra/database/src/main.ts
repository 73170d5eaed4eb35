import { readEnvironment } from './environment.ts'
import { createRoles, migrate } from './migrate.ts'

const { adminUrl, ownerUrl, passwords } = readEnvironment()
await createRoles(adminUrl, passwords)
const ran = await migrate(ownerUrl)
console.log(JSON.stringify({ msg: 'the database is up to date', ran }))
