import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cameraFilms, demoMedia, faceModels, kafkaLibraries } from '../setup/locations.mjs'

/** Something that the set-up makes is absent. The message names it and the command that gets it. */
export class AssetMissingError extends Error {
  override readonly name = 'AssetMissingError'
  constructor(what: string, path: string) {
    super(`${what} is missing (${path}): run \`npm run setup\``)
  }
}

function existing(what: string, path: string): string {
  if (!existsSync(path)) throw new AssetMissingError(what, path)
  return path
}

/** The folder with the jars of Apache Kafka. @throws AssetMissingError */
export function kafkaJars(): string {
  return existing('Apache Kafka', kafkaLibraries())
}

/** The evaluation face models' ONNX files; their licence isn't established, so they are for evaluation only. */
export type FaceModelFiles = { detect: string; landmark: string; feature: string; liveness: string }

/** Where the evaluation face models are. @throws AssetMissingError */
export function evaluationFaceModels(): FaceModelFiles {
  const folder = existing('the set of evaluation face models', faceModels())
  return {
    detect: join(folder, 'fr_detect.onnx'),
    landmark: join(folder, 'fr_landmark.onnx'),
    feature: join(folder, 'fr_feature.onnx'),
    liveness: join(folder, 'fr_liveness.onnx'),
  }
}

/**
 * The cameras' films as a WebRTC player needs them: H.264 baseline without B-frames, a key frame a second.
 * `franck` shows one man, `cap12` and `cap13` show one and the same second person.
 */
export type CameraFilm = 'franck' | 'cap12' | 'cap13'

/** A film that a camera can play as it stands. @throws AssetMissingError */
export function cameraFilm(film: CameraFilm): string {
  return existing('the demo camera films', join(cameraFilms(), `${film}.mp4`))
}

/** The package's own film: High profile, B-frames, a key frame every ten seconds. A bad camera for tests. */
export function originalFilm(film: CameraFilm): string {
  const name = { franck: 'franck', cap12: 'cap12_edit', cap13: 'cap13_edit2' }[film]
  return existing('the demo camera films', join(demoMedia(), `${name}.mp4`))
}

/** A still picture of the package by its file name, e.g. `franck_02221.jpg` or `audrey.jpg`. @throws AssetMissingError */
export function stillPicture(name: string): string {
  return existing('the demo still picture', join(demoMedia(), name))
}

/** The stills of the man in the film `franck`, in the film's order. @throws AssetMissingError */
export function stillsOfFranck(): string[] {
  const folder = existing('the set of demo still pictures', demoMedia())
  return readdirSync(folder)
    .filter(name => /^franck_\d+\.jpg$/.test(name))
    .sort()
    .map(name => join(folder, name))
}
