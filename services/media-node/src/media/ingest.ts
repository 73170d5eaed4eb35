import { rtspInput } from '../cameras/rtsp-input.ts'
import { type Child, startChild } from '../child-process.ts'
import { INGEST_PAYLOAD_TYPE } from './video-codec.ts'

/**
 * The router knows a key frame by the parameter set before it, and many cameras send theirs once or only in the
 * SDP: without repeating them nothing would pass, without any error.
 */
const repeatParameterSets = ['-bsf:v', 'dump_extra=freq=keyframe']

const passOn = ['-c', 'copy', ...repeatParameterSets]

// A key frame a second, because nobody can ask ffmpeg for one.
const encode = [
  ...[
    '-vf',
    'scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p',
    '-fps_mode',
    'vfr',
    '-enc_time_base',
    '1:90000',
  ],
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-profile:v',
    'baseline',
    '-bf',
    '0',
  ],
  ...[
    '-force_key_frames',
    'expr:gte(t,n_forced)',
    '-maxrate',
    '6M',
    '-bufsize',
    '6M',
    ...repeatParameterSets,
  ],
]

/**
 * Starts to bring a camera's video to a router's transport.
 * @param options.address pinned
 * @param options.to ports of 127.0.0.1
 */
export function startIngest(options: {
  address: string
  answerMs: number
  reencode: boolean
  ssrc: number
  to: { rtpPort: number; rtcpPort: number }
  programPath: string
}): Child {
  const { address, answerMs, reencode, ssrc, to, programPath } = options
  const { args, input } = rtspInput(address, { answerMs, eager: true })
  return startChild({
    command: 'ffmpeg',
    args: [
      ...['-nostats', '-v', 'warning', ...args, '-map', '0:v:0', '-an', ...(reencode ? encode : passOn)],
      ...['-f', 'rtp', '-payload_type', String(INGEST_PAYLOAD_TYPE), '-ssrc', String(ssrc)],
      `rtp://127.0.0.1:${to.rtpPort}?rtcpport=${to.rtcpPort}&pkt_size=1200`,
    ],
    input,
    programPath,
  })
}
