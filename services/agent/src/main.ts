import { createLogger } from '@sightline/logging/logging'
import { createAgent } from './agent.ts'
import { createAgentApi } from './api.ts'
import { readEnvironment } from './environment.ts'
import { keepIdentity } from './identity.ts'

const environment = readEnvironment()
const logger = createLogger({ name: 'agent', level: environment.LOG_LEVEL })
const identity = await keepIdentity(environment.STATE_FOLDER)

const agent = createAgent({
  api: createAgentApi({ url: environment.API_URL, tls: environment.tls, identity, logger }),
  name: environment.AGENT_NAME,
  serial: environment.AGENT_SERIAL,
  pairingPollMs: environment.PAIRING_POLL_MS,
  status: () => 'ONLINE',
  onPairingCode({ code, expiresAt }) {
    logger.info({ pairingCode: code, expiresAt }, 'pairing code')
    // For whoever stands before the device; standard output is for log lines.
    process.stderr.write(`\n  Pairing code: ${code.slice(0, 3)} ${code.slice(3)}\n\n`)
  },
  logger,
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void agent.close().then(() => {
      logger.info('stopped')
      // What hangs on an API that doesn't answer is not waited for.
      process.exit()
    })
  })
}

agent.start()
logger.info({ agentId: identity.agentId }, 'started')
