import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * Lists new golden samples in hashes.json: `node contracts/golden/add-hashes.ts`. It adds and never changes: a
 * sample is what stands in logs for ever.
 */
const folder = new URL('./', import.meta.url)
const listed = JSON.parse(readFileSync(new URL('hashes.json', folder), 'utf8')) as Record<string, string>
for (const file of readdirSync(folder).sort()) {
  if (!/\.v\d+\.json$/.test(file) || listed[file]) continue
  listed[file] = createHash('sha256')
    .update(readFileSync(new URL(file, folder)))
    .digest('hex')
}
const sorted = Object.fromEntries(Object.entries(listed).sort(([one], [other]) => (one < other ? -1 : 1)))
writeFileSync(new URL('hashes.json', folder), `${JSON.stringify(sorted, null, 2)}\n`)
