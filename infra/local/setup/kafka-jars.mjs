import { existsSync, renameSync } from 'node:fs'
import { runCommand } from './commands.mjs'
import { kafkaLibraries, kafkaPom } from './locations.mjs'

/** Apache Kafka, from Maven. */
export const kafkaJars = {
  name: "Kafka's jars",
  missing: ({ cache }) => (existsSync(kafkaLibraries(cache)) ? undefined : 'not fetched yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const folder = temporaryFolder()
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`]
    await runCommand('mvn', ['-B', '-f', kafkaPom, ...goal], { onLine: progress })
    renameSync(folder, kafkaLibraries(cache))
  },
}
