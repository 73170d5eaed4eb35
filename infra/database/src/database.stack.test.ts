import { randomUUID } from 'node:crypto'
import { type AddressInfo, connect, createServer } from 'node:net'
import { useSharedStack } from '@sightline/local/test-stack'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase, type Database } from './database.ts'
import { DatabaseUnavailableError } from './faults.ts'
import { migrate } from './migrate.ts'
import type { Address } from './pools.ts'
import type { RolePasswords } from './roles.ts'

const stack = await useSharedStack('postgres')
const lost: object[] = []
const logger = { warn: (fields: object) => void lost.push(fields) }
let database: Database

let connection: Address
let passwords: RolePasswords

beforeAll(async () => {
  const created = await stack.createDatabase()
  const { ownerUrl } = created
  ;({ connection, passwords } = created)
  await migrate(ownerUrl)
  database = createDatabase({ connection, roles: passwords, logger })
  await database.asProjector(sql =>
    sql(`/* makeThings */ create table read.things (tenant_id uuid not null, id bigint not null, at timestamptz,
        primary key (tenant_id, id));
      alter table read.things enable row level security, force row level security;
      create policy projector on read.things to projector using (true);
      create policy api_tenant on read.things for select to api_tenant
        using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
      grant select on read.things to api_tenant`),
  )
})

afterAll(() => database?.close())

const things = '/* things */ select tenant_id, id, at from read.things order by id'

async function someThings(tenantId: string, ids: readonly bigint[]): Promise<void> {
  await database.asProjector(sql =>
    sql(
      `/* putThings */ insert into read.things select $1, id, '2026-01-31T12:00:00.123Z' from unnest($2::bigint[]) id`,
      [tenantId, ids],
    ),
  )
}

describe('readers', () => {
  test('see the rows of their own tenant and nobody else’s', async () => {
    const [mine, other] = [randomUUID(), randomUUID()]
    await someThings(mine, [1n, 2n])
    await someThings(other, [3n])
    const rows = await database.asPrincipal({ kind: 'tenant', tenantId: mine }, read =>
      read<{ id: bigint }>(things),
    )
    expect(rows.map(row => row.id)).toEqual([1n, 2n])
  })

  test('of another tenant than the last one on the same connection see nothing of it', async () => {
    const tenantId = randomUUID()
    await someThings(tenantId, [1n])
    for (let turn = 0; turn < 20; turn += 1) {
      const [mine, nobody] = await Promise.all([
        database.asPrincipal({ kind: 'tenant', tenantId }, read => read(things)),
        database.asPrincipal({ kind: 'tenant', tenantId: randomUUID() }, read => read(things)),
      ])
      expect([mine.length, nobody.length]).toEqual([1, 0])
    }
  })

  test('whose rights are narrowed read as another role, set to their sites and cameras for one transaction', async () => {
    const settings = `/* settings */ select current_user as role, current_setting('app.tenant_id', true) as tenant,
      current_setting('app.sites', true)::uuid[] as sites, current_setting('app.cameras', true)::uuid[] as cameras`
    const [tenantId, ...siteIds] = [randomUUID(), randomUUID(), randomUUID()]
    const cameraIds = Array.from({ length: 5_000 }, () => randomUUID())
    const seen = (scope: { siteIds: string[]; cameraIds: string[] }) =>
      database.asPrincipal({ kind: 'tenant', tenantId, scope }, read => read(settings))
    const role = 'api_scoped'
    expect(await seen({ siteIds, cameraIds })).toEqual([
      { role, tenant: tenantId, sites: siteIds, cameras: cameraIds },
    ])
    expect(await seen({ siteIds: [], cameraIds: [] })).toEqual([
      { role, tenant: tenantId, sites: [], cameras: [] },
    ])
    expect(
      await database.asPrincipal({ kind: 'tenant', tenantId }, read =>
        read(settings.replaceAll('::uuid[]', '')),
      ),
    ).toEqual([{ role: 'api_tenant', tenant: tenantId, sites: null, cameras: null }])
  })

  test('get 64-bit numbers as bigint and instants as Date', async () => {
    const tenantId = randomUUID()
    const large = 2n ** 62n + 1n
    await someThings(tenantId, [large])
    const rows = await database.asPrincipal({ kind: 'tenant', tenantId }, read => read(things))
    expect(rows).toEqual([{ tenant_id: tenantId, id: large, at: new Date('2026-01-31T12:00:00.123Z') }])
  })

  test('see one state through all statements of a transaction', async () => {
    const tenantId = randomUUID()
    await database.asPrincipal({ kind: 'tenant', tenantId }, async read => {
      expect(await read(things)).toEqual([])
      await someThings(tenantId, [1n])
      expect(await read(things)).toEqual([])
    })
  })

  test('can’t write', async () => {
    const tenantId = randomUUID()
    const write = database.asPrincipal({ kind: 'tenant', tenantId }, read =>
      read('/* write */ insert into read.things values ($1, 1, null)', [tenantId]),
    )
    await expect(write).rejects.toThrow(/permission denied|read-only/)
  })

  test('can’t see ops', async () => {
    const look = database.asPrincipal({ kind: 'tenant', tenantId: randomUUID() }, read =>
      read('/* look */ select * from ops.data_keys'),
    )
    await expect(look).rejects.toThrow('permission denied for schema ops')
  })

  test('are told that the read models aren’t there yet as something that passes', async () => {
    const look = database.asPrincipal({ kind: 'machine' }, read =>
      read('/* look */ select * from read.absent'),
    )
    await expect(look).rejects.toThrow(DatabaseUnavailableError)
  })
})

describe('what is asked first', () => {
  test('of a reader is sent with what opens the transaction, and waits for one answer', async () => {
    const { link, linked } = await throughHoldingLink()
    const tenantId = randomUUID()
    await someThings(tenantId, [1n])
    const reading = linked.asPrincipal({ kind: 'tenant', tenantId }, read => read(things))
    await expect.poll(() => link.sent(), { timeout: 20_000 }).toContain('/* things */')
    expect(link.sent()).toContain('setTenant')
    link.release()
    expect(await reading).toHaveLength(1)
  })

  test('is answered before the end of what was read, behind which the connection serves the next reader', async () => {
    const { link, linked } = await throughHoldingLink()
    link.release()
    const tenantId = randomUUID()
    const mine = { kind: 'tenant', tenantId } as const
    await someThings(tenantId, [1n])
    const rows = await linked.asPrincipal(mine, async read => {
      const found = await read(things)
      link.hold()
      return found
    })
    expect(rows).toHaveLength(1)
    const next = linked.asPrincipal(mine, read => read(things))
    link.release()
    expect(await next).toHaveLength(1)
    expect(link.connections()).toBe(1)
  })

  test('of a writer is sent when the transaction is open', async () => {
    const { link, linked } = await throughHoldingLink()
    const writing = linked.inOps('ops_api', null, sql => sql('/* write */ select 1 as one'))
    await expect.poll(() => link.sent(), { timeout: 20_000 }).toContain('setTenant')
    // What was sent together is here by the time of another one's answer.
    await database.inOps('ops_api', null, sql => sql('/* other */ select 1'))
    expect(link.sent()).not.toContain('/* write */')
    link.release()
    expect(await writing).toEqual([{ one: 1 }])
  })

  test('shows nothing where the transaction could not be set to its tenant, and the next one is sound', async () => {
    const unsettable = { kind: 'tenant', tenantId: 'a\0b' } as const
    const reading = database.asPrincipal(unsettable, read => read(things))
    await expect(reading).rejects.toThrow('invalid byte sequence')
    const silent = database.asPrincipal(unsettable, async () => 'nothing was read')
    await expect(silent).rejects.toThrow('invalid byte sequence')
    const tenantId = randomUUID()
    await someThings(tenantId, [1n])
    const rows = await database.asPrincipal({ kind: 'tenant', tenantId }, read => read(things))
    expect(rows).toHaveLength(1)
  })

  test('is read from a table that was made anew', async () => {
    const make = (value: string) =>
      database.asProjector(sql =>
        sql(`/* remake */ drop table if exists read.made; create table read.made as select ${value} as value;
          grant select on read.made to api_machine`),
      )
    const look = () =>
      database.asPrincipal({ kind: 'machine' }, read => read('/* made */ select value from read.made'))
    for (const value of [1, 2, 3]) {
      await make(String(value))
      expect(await look()).toEqual([{ value }])
    }
  })
})

describe('ops', () => {
  const insertKey = `/* insertKey */ insert into ops.data_keys (tenant_id, key_id, subject, subject_id, wrapped)
    values ($1, $2, 'person', $3, 'x')`
  const countKeys = '/* countKeys */ select count(*) as keys from ops.data_keys'

  test('keys are seen by their tenant alone', async () => {
    const tenantId = randomUUID()
    await database.inOps('ops_keys', tenantId, sql => sql(insertKey, [tenantId, randomUUID(), randomUUID()]))
    const count = (as: string | null) => database.inOps('ops_keys', as, sql => sql(countKeys))
    expect(await count(tenantId)).toEqual([{ keys: 1n }])
    expect(await count(randomUUID())).toEqual([{ keys: 0n }])
    expect(await count(null)).toEqual([{ keys: 0n }])
  })

  test('a key can’t be written for another tenant', async () => {
    const write = database.inOps('ops_keys', randomUUID(), sql =>
      sql(insertKey, [randomUUID(), randomUUID(), randomUUID()]),
    )
    await expect(write).rejects.toThrow('row-level security')
  })

  test('the api can’t see keys', async () => {
    await expect(database.inOps('ops_api', null, sql => sql(countKeys))).rejects.toThrow('permission denied')
  })

  test('leases are seen over all tenants where none is set, and by their tenant alone where one is', async () => {
    const tenants = [randomUUID(), randomUUID()]
    for (const tenantId of tenants) {
      await database.inOps('ops_api', tenantId, sql =>
        sql(
          `/* lease */ insert into ops.leases (tenant_id, stream_id, camera_id, node_id, expires_at)
           values ($1, $1, $1, $1, now())`,
          [tenantId],
        ),
      )
    }
    const leases = (as: string | null) =>
      database.inOps('ops_api', as, sql =>
        sql<{ tenant_id: string }>(
          '/* leases */ select tenant_id from ops.leases where tenant_id = any($1)',
          [tenants],
        ),
      )
    expect((await leases(null)).map(row => row.tenant_id).sort()).toEqual(tenants.sort())
    expect(await leases(tenants[0]!)).toEqual([{ tenant_id: tenants[0] }])
  })
})

describe('a transaction', () => {
  test('that failed takes everything back and its connection is not used again', async () => {
    const tenantId = randomUUID()
    const pid = (sql: (text: string) => Promise<object[]>) => sql('/* pid */ select pg_backend_pid() as pid')
    const used: unknown[] = []
    const failing = database.inOps('ops_keys', tenantId, async sql => {
      used.push((await pid(sql))[0])
      await sql(insertTwice, [tenantId])
    })
    await expect(failing).rejects.toThrow('duplicate key')
    expect(
      await database.inOps('ops_keys', tenantId, sql => sql('/* left */ select 1 from ops.data_keys')),
    ).toEqual([])
    expect(await database.inOps('ops_keys', tenantId, pid)).not.toEqual([used[0]])
  })

  const insertTwice = `/* insertTwice */ insert into ops.data_keys (tenant_id, key_id, subject, subject_id, wrapped)
    select $1, $1, 'person', $1, 'x' from generate_series(1, 2)`

  test('whose statement failed is not committed although nobody listened', async () => {
    const tenantId = randomUUID()
    const swallowing = database.inOps('ops_keys', tenantId, sql =>
      sql(insertTwice, [tenantId]).catch(() => {}),
    )
    await expect(swallowing).rejects.toThrow('rolled back')
  })

  test('refuses a statement that doesn’t name itself', async () => {
    await expect(database.asProjector(sql => sql('select 1'))).rejects.toThrow('begin with its name')
  })

  test('refuses statements after its end', async () => {
    let kept: ((text: string) => Promise<unknown>) | undefined
    await database.asProjector(async sql => {
      kept = sql
    })
    await expect(kept!('/* late */ select 1')).rejects.toThrow('has ended')
  })

  test('whose connection is killed fails as something that passes, and the next one works', async () => {
    const dying = database.asProjector(sql =>
      sql('/* suicide */ select pg_terminate_backend(pg_backend_pid())'),
    )
    await expect(dying).rejects.toThrow(DatabaseUnavailableError)
    expect(await database.asProjector(sql => sql('/* one */ select 1 as one'))).toEqual([{ one: 1 }])
  })

  test('whose connection is ended in the moment in which it is there fails as something that passes', async () => {
    const { connection, passwords } = await stack.createDatabase()
    await using link = await startEndingLink(connection)
    const ended = createDatabase({ connection: { ...connection, ...link.address }, roles: passwords, logger })
    await using _closing = { [Symbol.asyncDispose]: () => ended.close() }
    const one = () => ended.asProjector(sql => sql('/* one */ select 1 as one'))
    await expect(one()).rejects.toThrow(DatabaseUnavailableError)
    expect(link.ended).toBe(1)
    expect(await one()).toEqual([{ one: 1 }])
  })

  test('of the projector doesn’t wait for the disk, and others do', async () => {
    const setting = "/* setting */ select current_setting('synchronous_commit') as commit"
    expect(await database.asProjector(sql => sql(setting))).toEqual([{ commit: 'off' }])
    expect(await database.inOps('ops_api', null, sql => sql(setting))).toEqual([{ commit: 'on' }])
  })
})

test('a door without a password is closed', async () => {
  const { connection, passwords } = await stack.createDatabase()
  await using closing = { [Symbol.asyncDispose]: () => only.close() }
  const only = createDatabase({ connection, roles: { api_tenant: passwords.api_tenant }, logger })
  await expect(only.asProjector(sql => sql('/* one */ select 1'))).rejects.toThrow('no right to be projector')
  expect(closing).toBeDefined()
})

test('a lock is one’s alone until it is released', async () => {
  const name = randomUUID()
  const lock = await database.tryLock(name)
  expect(lock).toBeDefined()
  expect(await database.tryLock(name)).toBeUndefined()
  await lock!.release()
  expect(lock!.lost.aborted).toBe(true)
  const again = await database.tryLock(name)
  expect(again).toBeDefined()
  await again!.release()
})

test('a listener goes on after its connection was killed, and is told', async () => {
  const channel = `c${randomUUID()}`
  const heard: string[] = []
  let reconnections = 0
  const listening = await database.listen(
    channel,
    payload => heard.push(payload),
    () => {
      reconnections += 1
    },
  )
  const notify = (payload: string) =>
    database.asProjector(sql => sql('/* notify */ select pg_notify($1, $2)', [channel, payload]))
  await notify('one')
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['one'])
  // The role may end its own sessions: those that listen have said so last.
  await database.asPrincipal({ kind: 'tenant', tenantId: randomUUID() }, read =>
    read(
      `/* killListener */ select pg_terminate_backend(pid) from pg_stat_activity
       where usename = 'api_tenant' and query like '%listen "${channel}"%' and pid <> pg_backend_pid()`,
    ),
  )
  await expect.poll(() => reconnections, { timeout: 20_000 }).toBe(1)
  await notify('two')
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['one', 'two'])
  await listening.close()
})

/** The database through a link that keeps back what the server answers to a connection that is ready, until it is released, and again when it is held. */
async function throughHoldingLink() {
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  let sent = ''
  let holds = true
  let connections = 0
  const held: (() => void)[] = []
  const server = createServer(near => {
    connections += 1
    const far = connect(connection.port, connection.host)
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.on('data', bytes => {
      sent += bytes.toString('latin1')
      far.write(bytes)
    })
    let isReady = false
    far.on('data', bytes => {
      if (isReady && holds) held.push(() => near.write(bytes))
      else near.write(bytes)
      isReady ||= bytes.subarray(-ready.length).equals(ready)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const linked = createDatabase({
    connection: { ...connection, host: '127.0.0.1', port },
    roles: passwords,
    logger,
  })
  onTestFinished(async () => {
    await linked.close()
    server.close()
  })
  const link = {
    sent: () => sent,
    connections: () => connections,
    hold() {
      holds = true
    },
    release() {
      holds = false
      for (const pass of held.splice(0)) pass()
    },
  }
  return { link, linked }
}

/** What the server says last to a connection that an administrator ends: an ErrorResponse (PostgreSQL manual, 54.7). */
function adminShutdown(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0')
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(4 + fields.length, 1)
  return Buffer.concat([head, fields])
}

/** A link to the server whose first connection is ended in the very bytes that say that it is ready. */
async function startEndingLink(to: { host: string; port: number }) {
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  let ended = 0
  const server = createServer(near => {
    const far = connect(to.port, to.host)
    const end = () => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.pipe(far)
    far.on('data', bytes => {
      if (ended > 0 || !bytes.subarray(-ready.length).equals(ready)) return near.write(bytes)
      ended += 1
      return near.end(Buffer.concat([bytes, adminShutdown()]))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: { host: '127.0.0.1', port },
    get ended() {
      return ended
    },
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}
