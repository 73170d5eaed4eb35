import { parseArgs } from 'node:util'
import { ProcessStartError } from '@sightline/local/processes'
import { type System, startSystem } from '@sightline/testing/system'
import { elapsedMs, say } from './console.ts'
import { beginJourney, finishJourney, type Journey, JourneyError } from './journey.ts'
import { environmentFile, keep, waysIn } from './sign-in.ts'

const help = `npm run demo            the whole of Sightline on this machine, with two cameras, until Ctrl-C
npm run demo -- --once  the same, ended as soon as both cameras' sightings have arrived; prints one line of JSON`

const { values } = parseArgs({
  options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help) {
  console.log(help)
  process.exit(0)
}

let system: System | undefined
let journey: Journey | undefined
let ending: Promise<void> | undefined

/** Stops everything, once, however the demo ends. */
function end(): Promise<void> {
  ending ??= (async () => {
    await journey?.[Symbol.asyncDispose]()
    await system?.close()
  })()
  return ending
}

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) return
    interrupted = true
    say('Stopping …')
    void end().then(() => process.exit(values.once ? 130 : 0))
  })
}

async function fail(part: string, message: string, endOfLog: string): Promise<never> {
  console.error(`\nThe demo failed at ${part}: ${message}`)
  if (endOfLog) console.error(`\nThe end of the log of ${part}:\n${endOfLog}`)
  await end()
  process.exit(1)
}

try {
  system = await startSystem({
    onProgress: step => say(`Starting ${step}`),
    onDied: death => {
      if (!interrupted && !ending) void fail(death.name, 'it died', death.endOfLog)
    },
  })
  const running = system
  say('Everything runs')
  journey = await beginJourney(running, say)
  if (!values.once) {
    const { userId, token } = journey.tenant
    const projector = environmentFile(running.environmentOf('projector'))
    const projectorFile = await keep(running, 'projector.env', projector)
    const tokenFile = await keep(running, 'token', token)
    console.log(`
${await waysIn(running, userId)}
  GraphQL         ${running.url}/graphql, with the header  Authorization: Bearer $(cat ${tokenFile})
  Logs            ${running.stack.logs}
  Read models     node_modules/.bin/node --env-file=${projectorFile} services/projector/src/command.ts status
  Ctrl-C          stops everything
`)
  }
  const result = await finishJourney(running, journey)
  say(`${result.recognised} was recognised with similarity ${result.similarity}; nobody else was`)
  if (values.once) {
    const startedInMs = elapsedMs()
    await end()
    console.log(JSON.stringify({ ...result, startedInMs }))
    process.exit(0)
  }
} catch (error) {
  if (!interrupted) {
    if (error instanceof JourneyError)
      await fail(error.part, error.message, system?.process(error.part).endOfLog() ?? '')
    else if (error instanceof ProcessStartError) await fail(error.processName, error.message, '')
    else throw error
  }
}
