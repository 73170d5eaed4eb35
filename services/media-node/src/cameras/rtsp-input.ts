/**
 * The largest picture that is decoded, px: 8K. A few hundred KB can claim a picture that takes half a gigabyte.
 * Given before the input, because it is the decoder's.
 */
export const PIXEL_BOUND = ['-max_pixels', String(7680 * 4320)]

/** Arguments and standard input that let ffmpeg or ffprobe read a camera. */
export interface RtspInput {
  args: string[]
  /** Holds the address with its password: for the standard input alone. */
  input: string
}

/**
 * ffmpeg shows its arguments to everyone on the machine, so the address comes on the standard input, as the only
 * file of an `ffconcat` script. What this can't keep ffmpeg from is following a camera's RTSP redirect to another
 * host, which was not checked.
 * @param address pinned: ffmpeg resolves nothing and may open nothing but the protocols of RTSP
 * @param options.eager start as soon as the codec is known; otherwise the first second is kept back and comes at once
 */
export function rtspInput(address: string, options: { answerMs: number; eager: boolean }): RtspInput {
  const lines = [
    'ffconcat version 1.0',
    `file ${quoted(address)}`,
    'option rtsp_transport tcp',
    `option timeout ${options.answerMs * 1000}`,
  ]
  if (options.eager) lines.push('option fpsprobesize 0', 'option analyzeduration 1000000')
  return {
    args: [
      ...PIXEL_BOUND,
      '-protocol_whitelist',
      'pipe,file,rtsp,rtsps,tcp,tls,rtp,udp',
      '-safe',
      '0',
      '-f',
      'concat',
      '-i',
      'pipe:0',
    ],
    input: `${lines.join('\n')}\n`,
  }
}

function quoted(text: string): string {
  if (/[\r\n]/.test(text)) throw new Error('an address of several lines')
  return `'${text.replaceAll("'", "'\\''")}'`
}
