import { startEventStore } from './event-store.ts'
import { startKafka } from './kafka.ts'
import type { MadePart, Maker } from './part.ts'
import { startPostgres } from './postgres.ts'
import type { SupervisedProcess } from './processes.ts'

/** Makes each part a process on this machine. */
export const localMaker: Maker = {
  async postgres(options) {
    const { process, ...address } = await startPostgres(options)
    return { address, control: controlOf(process, options.folder) }
  },
  async kafka(options) {
    const { process, ...address } = await startKafka(options)
    return { address, control: controlOf(process, options.folder) }
  },
  async eventStore(options) {
    const { process, connectionString } = await startEventStore(options)
    return { address: { connectionString }, control: controlOf(process, options.folder) }
  },
}

function controlOf(process: SupervisedProcess<unknown>, folder: string): MadePart<unknown>['control'] {
  return {
    logFile: process.logFile,
    async kill() {
      await process.kill()
    },
    restart: () => process.restart(),
    hang: async () => process.signal('SIGSTOP'),
    goOn: async () => process.signal('SIGCONT'),
    files: async () => folder,
    async stop() {
      await process.stop()
    },
  }
}
