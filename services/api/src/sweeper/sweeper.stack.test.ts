import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { KEPT_AFTER_END_MS } from '../api-keys/key-rows.ts'
import { defaultCommandSettings } from '../commands.ts'
import { eventually, useTestApi } from '../test-api.ts'
import { createSweeper } from './sweeper.ts'

// The API's own sweeper sees to it once an hour.
const api = await useTestApi({ sweepIntervalMs: 3_600_000 })

/** A row of each table whose rows nobody asks for any more once their time is over, by when that is. */
const inserts: Readonly<
  Record<string, { keptMs: number; values: (endsAt: Date) => Record<string, unknown> }>
> = {
  'ops.api_keys': {
    keptMs: KEPT_AFTER_END_MS,
    values: expires_at => ({
      key_id: v7(),
      kind: 'worker',
      subject_id: v7(),
      secret_hash: randomBytes(32),
      addresses: [],
      expires_at,
    }),
  },
  'ops.sign_in_links': {
    keptMs: 0,
    values: expires_at => ({ secret_hash: randomBytes(32), user_id: v7(), expires_at }),
  },
  'ops.open_pairings': {
    keptMs: 0,
    values: expires_at => ({
      code_hmac: randomBytes(32),
      agent_id: v7(),
      name: 'Gate box',
      serial: 'S-1',
      secret_hash: 'hash',
      expires_at,
      requested_at: expires_at,
    }),
  },
  'ops.rate_limits': {
    keptMs: 0,
    values: endsAt => ({ key: v7(), points: 1, expire: endsAt.getTime() }),
  },
}

test.each(Object.entries(inserts))('%s loses what ran out, and nothing else', async (table, row) => {
  const ends = (ms: number) => row.values(new Date(Date.now() - row.keptMs + ms))
  const [over, standing] = [ends(-60_000), ends(600_000)]
  const identity = Object.keys(over)[0]!
  const inOps = api.database.inOps
  for (const values of [over, standing]) {
    const columns = Object.keys(values)
    await inOps('ops_api', null, sql =>
      sql(
        `/* insertRow */ insert into ${table} (${columns.join()}) values (${columns.map((_, nth) => `$${nth + 1}`).join()})`,
        Object.values(values),
      ),
    )
  }
  const left = () =>
    inOps('ops_api', null, sql =>
      sql<Record<string, unknown>>(
        `/* rowsLeft */ select ${identity} from ${table} where ${identity} = any($1)`,
        [[over[identity], standing[identity]]],
      ),
    )
  const { eventLog, database, objects, logger, now } = api
  const settings = { ...defaultCommandSettings, sweepIntervalMs: 20 }
  const sweeper = createSweeper({ eventLog, database, objects, settings, now, logger })
  sweeper.start()
  await eventually(async () => expect(await left()).toEqual([{ [identity]: standing[identity] }]))
  await sweeper.close()
  expect(await left()).toHaveLength(1)
})
