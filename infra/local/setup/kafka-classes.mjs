import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './commands.mjs'
import { kafkaClasses as archive, projectFolder } from './locations.mjs'

const recorder = join(projectFolder, 'infra/local/src/record-kafka-classes.ts')

/** Kafka's classes as Java keeps them parsed. */
export const kafkaClasses = {
  name: "Kafka's classes",
  missing: ({ cache }) => (existsSync(archive(cache)) ? undefined : 'not prepared for a quick start yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const folder = temporaryFolder()
    const node = join(projectFolder, 'node_modules/.bin/node')
    await runCommand(node, [recorder, folder], { cwd: projectFolder, onLine: progress })
    renameSync(join(folder, 'classes.jsa'), archive(cache))
  },
}
