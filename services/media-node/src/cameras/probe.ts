import { z } from 'zod'
import { startChild } from '../child-process.ts'
import { rtspInput } from './rtsp-input.ts'
import { broken, failed, type Trouble, troubleOf } from './trouble.ts'

const output = z.object({
  streams: z
    .array(
      z.object({
        codec_name: z.string().optional(),
        profile: z.string().optional(),
        pix_fmt: z.string().optional(),
        width: z.number().optional(),
        height: z.number().optional(),
        has_b_frames: z.number().optional(),
      }),
    )
    .default([]),
})

/** What a camera sends. */
export interface CameraVideo {
  /** ffmpeg's name, e.g. `h264`, `hevc`. */
  codec: string
  /** As the video itself says, e.g. `High`. */
  profile: string | null
  pixelFormat: string | null
  /** px; 0 where no parameter set came */
  width: number
  height: number
  hasBFrames: boolean
}

/** What looking at a camera gave. */
export type Probed = { kind: 'video'; video: CameraVideo } | Trouble

/** Looks at a camera for a second or two. @param address pinned */
export async function probeCamera(
  address: string,
  options: { answerMs: number; probeMs: number; programPath: string; signal: AbortSignal },
): Promise<Probed> {
  const { args, input } = rtspInput(address, { answerMs: options.answerMs, eager: false })
  const chunks: Buffer[] = []
  const probe = startChild({
    command: 'ffprobe',
    args: ['-v', 'error', ...args, '-show_streams', '-select_streams', 'v', '-of', 'json'],
    input,
    programPath: options.programPath,
    onOutput: chunk => chunks.push(chunk),
  })
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    void probe.kill()
  }, options.probeMs)
  const end = () => void probe.kill()
  options.signal.addEventListener('abort', end, { once: true })
  if (options.signal.aborted) end()
  const exit = await probe.exited
  clearTimeout(late)
  options.signal.removeEventListener('abort', end)
  if (isLate) return broken('STALLED', 'the camera sends nothing that its video could be known by')
  if (exit.code !== 0) return troubleOf(exit, probe.lastLines())
  return readProbe(Buffer.concat(chunks).toString())
}

/** Reads ffprobe's JSON. */
export function readProbe(json: string): Probed {
  const [stream] = output.parse(JSON.parse(json)).streams
  if (!stream?.codec_name) return failed('NO_VIDEO', 'the camera sends no video')
  return {
    kind: 'video',
    video: {
      codec: stream.codec_name,
      profile: stream.profile ?? null,
      pixelFormat: stream.pix_fmt ?? null,
      width: stream.width ?? 0,
      height: stream.height ?? 0,
      hasBFrames: (stream.has_b_frames ?? 0) > 0,
    },
  }
}
