import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupError } from './commands.mjs'
import { faceModels as modelFolder } from './locations.mjs'
import { unpackNpmArchive } from './npm-archive.mjs'

/** The sha256 of each file, by which every vector says what made it. */
const files = {
  'fr_detect.onnx': '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854',
  'fr_landmark.onnx': 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258',
  'fr_feature.onnx': '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
  'fr_liveness.onnx': 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d',
}

/** The evaluation face models. Their licence isn't established: an operator brings others by configuration. */
export const faceModels = {
  name: 'Evaluation face models',
  missing: ({ cache }) => (existsSync(modelFolder(cache)) ? undefined : 'not fetched yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const unpacked = await unpackNpmArchive({
      specifier: 'faceplugin-face-recognition-js@0.0.1',
      integrity:
        'sha512-shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==',
      paths: Object.keys(files).map(file => `model/${file}`),
      folder: temporaryFolder(),
      progress,
    })
    const models = join(unpacked, 'model')
    for (const [file, expected] of Object.entries(files)) {
      const found = createHash('sha256')
        .update(readFileSync(join(models, file)))
        .digest('hex')
      if (found !== expected)
        throw new SetupError(`${file} is not the model that was measured: it has ${found}`)
    }
    mkdirSync(dirname(modelFolder(cache)), { recursive: true })
    renameSync(models, modelFolder(cache))
  },
}
