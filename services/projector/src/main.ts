import { createLogger } from '@sightline/logging/logging'
import { connect } from './connecting.ts'
import { readEnvironment } from './environment.ts'
import { createProjector } from './projector.ts'

const environment = readEnvironment()
const logger = createLogger({ name: 'projector', level: environment.LOG_LEVEL })
await using connections = await connect(environment, logger)
const projector = createProjector({ ...connections, logger })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void projector.close())

await projector.start()
logger.info('started')
const fault = await projector.ended
if (fault === undefined) logger.info('stopped')
else process.exitCode = 1
