import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, SetupError } from './commands.mjs'
import { kafkaClasses as archive, projectFolder } from './locations.mjs'

const recorder = join(projectFolder, 'infra/local/src/record-kafka-classes.ts')

/** Kafka's classes as Java keeps them parsed. Without them a node starts as well, only later. */
export const kafkaClasses = {
  name: "Kafka's classes",
  missing: ({ cache }) => (existsSync(archive(cache)) ? undefined : 'not prepared for a quick start yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const folder = temporaryFolder()
    const recorded = join(folder, 'classes.jsa')
    const node = join(projectFolder, 'node_modules/.bin/node')
    try {
      await runCommand(node, [recorder, recorded], { cwd: projectFolder, onLine: progress })
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      progress(`Java can't prepare them; Kafka starts without: ${error.message}`)
      writeFileSync(recorded, '')
    }
    // Java refuses an archive of another Java, but dies of one whose end the disk never got.
    const file = openSync(recorded, 'r')
    fsyncSync(file)
    closeSync(file)
    renameSync(recorded, archive(cache))
  },
}
