import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  type CameraFilm,
  evaluationFaceModels,
  originalFilm,
  stillPicture,
  stillsOfFranck,
} from '@sightline/local/assets'

// What tests of faces look at: real pictures and films of real people, and the real weights.

/** The folder with the evaluation set's weights. */
export function weightsFolder(): string {
  return dirname(evaluationFaceModels().detect)
}

/** A still of the demo's media by its file name. */
export function still(name: string): Buffer {
  return readFileSync(stillPicture(name))
}

/** The eleven stills of the man of the film `franck`. */
export function franckStills(): Buffer[] {
  return stillsOfFranck().map(path => readFileSync(path))
}

/** JPEGs of a film, one every `everySeconds`. */
export function filmFrames(film: CameraFilm, everySeconds: number, count: number): Buffer[] {
  const bytes = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', originalFilm(film), '-vf', `fps=1/${everySeconds}`, '-frames:v', `${count}`].concat(
      ['-q:v', '3', '-f', 'image2pipe', '-c:v', 'mjpeg', '-'],
    ),
    { maxBuffer: 256 * 1024 * 1024 },
  )
  const frames: Buffer[] = []
  // A JPEG begins with FF D8 FF; within its entropy-coded data FF is always followed by 00 or a restart marker.
  const start = Buffer.from([0xff, 0xd8, 0xff])
  for (let at = bytes.indexOf(start); at >= 0; ) {
    const next = bytes.indexOf(start, at + 3)
    frames.push(bytes.subarray(at, next < 0 ? undefined : next))
    at = next
  }
  return frames
}
