import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A JPEG begins with FF D8 FF; in its picture data FF is always followed by 00 or a restart marker. */
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff])

/** JPEGs of a film from its beginning, as a media node's sampler makes them. */
export async function framesOf(
  film: string,
  options: { framesPerSecond: number; count: number },
): Promise<Buffer[]> {
  const { framesPerSecond, count } = options
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-i', film, '-vf', `fps=${framesPerSecond}`, '-frames:v', String(count)].concat([
      '-c:v',
      'mjpeg',
      '-q:v',
      '8',
      '-f',
      'image2pipe',
      'pipe:1',
    ]),
    { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 },
  )
  const frames: Buffer[] = []
  for (let at = stdout.indexOf(JPEG_START); at >= 0; ) {
    const next = stdout.indexOf(JPEG_START, at + 3)
    frames.push(stdout.subarray(at, next < 0 ? undefined : next))
    at = next
  }
  return frames
}
