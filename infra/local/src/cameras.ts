import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portOfReadyLine } from './event-store.ts'
import { freePort } from './ports.ts'
import { type Death, startProcess } from './processes.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** What a camera plays and who may look. */
export type CameraOptions = {
  /** An MP4 file; its video track (H.264, H.265, MPEG-4 or JPEG) is sent as it is, over and over. */
  file: string
  /** The path in the address; `/live`. */
  path?: string
  /** Without a user name and password everyone may look. */
  username?: string
  password?: string
  /** How the password is asked for; `digest`. */
  auth?: 'basic' | 'digest'
  /** A port of 127.0.0.1; a free one by default. */
  port?: number
  /** Where the server's complaints go; by default into a folder that ends with the camera. */
  logFile?: string
  onDied?: (death: Death) => void
}

/** A real RTSP server on 127.0.0.1 that plays a film as a camera does: live, whether or not anybody looks. */
export type StartedCamera = AsyncDisposable & {
  /** `rtsp://user:password@127.0.0.1:port/path`, user and password percent-encoded. */
  address: string
  addressWithoutCredentials: string
  port: number
  logFile: string
  /** Sends nothing from now on, but keeps every connection and answers on it. */
  stall(): void
  /** Ends a stall: goes on with what is to be seen now. */
  resume(): void
  /** Lets the whole server hang: it answers nothing, its connections stay open. {@link StartedCamera.goOn} ends it. */
  hang(): void
  goOn(): void
  /** Pulls the plug; {@link StartedCamera.restart} brings the camera back. */
  kill(): Promise<void>
  /** Turns the camera off; {@link StartedCamera.restart} brings it back. */
  stop(): Promise<void>
  /** Turns the camera on again at the same address, after turning it off if it is on. */
  restart(): Promise<void>
  /** Turns the camera off for good. */
  close(): Promise<void>
}

const program = fileURLToPath(new URL('./cameras.py', import.meta.url))

/**
 * Starts a camera and waits until it can be looked at.
 * @throws ProcessStartError when the file is no film or the port is taken.
 */
export async function startCamera(options: CameraOptions): Promise<StartedCamera> {
  const { file, path = '/live', username, password, auth = 'digest', onDied } = options
  const port = options.port ?? (await freePort())
  const ownFolder = options.logFile === undefined ? await makeTemporaryFolder('camera') : undefined
  const logFile = options.logFile ?? join(ownFolder?.path ?? '', 'camera.log')
  const camera = await startProcess({
    name: 'camera',
    // The system's own Python: another one first on PATH has no bindings to GStreamer.
    command: '/usr/bin/python3',
    args: [program],
    input: `${JSON.stringify({ file, port, path, username, password, auth })}\n`,
    logFile,
    ready: portOfReadyLine,
    stopWithin: 3_000,
    ...(onDied && { onDied }),
  }).catch(async error => {
    await ownFolder?.remove()
    throw error
  })
  const close = async () => {
    await camera.stop()
    await ownFolder?.remove()
  }
  const credentials =
    username === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password ?? '')}@`
  return {
    address: `rtsp://${credentials}127.0.0.1:${port}${path}`,
    addressWithoutCredentials: `rtsp://127.0.0.1:${port}${path}`,
    port,
    logFile,
    stall: () => camera.send('stall\n'),
    resume: () => camera.send('resume\n'),
    hang: () => camera.signal('SIGSTOP'),
    goOn: () => camera.signal('SIGCONT'),
    async kill() {
      await camera.kill()
    },
    async stop() {
      await camera.stop()
    },
    restart: () => camera.restart(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
