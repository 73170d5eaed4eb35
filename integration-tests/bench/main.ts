import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { abuse } from './abuse.ts'
import { access } from './access.ts'
import { appendToSubscription } from './append-to-subscription.ts'
import { demo } from './demo.ts'
import { eventStore } from './event-store.ts'
import type { Figure, Section } from './figure.ts'
import { frameToEvent } from './frame-to-event.ts'
import { notThere } from './not-there.ts'
import { projection } from './projection.ts'
import { recognitionThroughput } from './recognition-throughput.ts'
import { recovery } from './recovery.ts'
import { revocation } from './revocation.ts'
import { rowSecurity } from './row-security.ts'
import { printSection } from './table.ts'

const sections: readonly Section[] = [
  eventStore,
  projection,
  rowSecurity,
  appendToSubscription,
  access,
  revocation,
  abuse,
  notThere,
  recognitionThroughput,
  frameToEvent,
  demo,
  recovery,
]

const help = `npm run bench                  measures everything; takes a quarter of an hour
npm run bench -- --only <name>  one section (may be repeated): ${sections.map(({ name }) => name).join(', ')}
npm run bench -- --json         one line of JSON on the standard output, progress on the standard error`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log(help)
  process.exit(0)
}
const unknown = values.only?.filter(name => !sections.some(section => section.name === name)) ?? []
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}.\n\n${help}`)
  process.exit(2)
}

/** `load` is the machine's over the minute that ended with the section: above its cores, others took part of them. */
const results: { section: string; load: number; figures: Figure[] }[] = []
let broke = false
const machine = { cores: availableParallelism(), loadBefore: loadavg()[0]! }
for (const section of sections) {
  if (values.only && !values.only.includes(section.name)) continue
  const startedAt = performance.now()
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0).padStart(3)
  try {
    const figures = await section.measure(step => console.error(`  ${section.name} ${seconds()} s  ${step}`))
    const load = loadavg()[0]!
    results.push({ section: section.name, load, figures })
    if (!values.json) printSection(`${section.title} (load ${load.toFixed(1)})`, figures)
  } catch (error) {
    broke = true
    console.error(`The section ${section.name} broke:`, error)
  }
}
if (values.json) console.log(JSON.stringify({ machine, results }))
else {
  const missed = results.flatMap(({ figures }) => figures).filter(({ bound }) => bound && !bound.holds)
  console.log(`
${missed.length === 0 ? 'Every bound holds.' : `Bounds that do not hold: ${missed.map(({ name }) => name).join('; ')}.`}
Load before the start: ${machine.loadBefore.toFixed(1)} on ${machine.cores} cores.`)
}
process.exit(broke ? 1 : 0)
