import type { VideoFormat } from '@sightline/contracts/streams'
import type { CameraVideo } from './probe.ts'
import { broken, failed, type Trouble } from './trouble.ts'

/** What becomes of a video. */
export type Judged = { kind: 'taken'; format: VideoFormat } | Trouble

/**
 * Decides what becomes of a camera's video: passed on as it is, re-encoded where the camera is configured so, or
 * refused because browsers could not play it.
 */
export function judgeVideo(video: CameraVideo, options: { reencode: boolean }): Judged {
  const { codec, profile, width, height } = video
  if (width === 0 || height === 0)
    return broken(
      'NO_KEY_FRAMES',
      'the camera sent no parameter set, or one of pictures beyond 8K: its video is unknown',
    )
  const name = codec === 'h264' ? 'H264' : codec.toUpperCase()
  const format = { codec: 'H264', profile, width, height, reencoded: options.reencode }
  if (options.reencode) return { kind: 'taken', format }
  if (codec !== 'h264')
    return failed(
      'CODEC_NOT_SUPPORTED',
      `${name} can't be passed on to browsers: re-encode it, or set the camera to H.264`,
    )
  if (video.pixelFormat !== null && !['yuv420p', 'yuvj420p'].includes(video.pixelFormat))
    return failed(
      'CODEC_NOT_SUPPORTED',
      `H.264 ${profile ?? ''} (${video.pixelFormat}) can't be played by browsers`,
    )
  if (video.hasBFrames)
    return failed(
      'B_FRAMES',
      `H.264 ${profile ?? ''} with B-frames can't be passed on: switch them off, or re-encode`,
    )
  return { kind: 'taken', format }
}
