import { startChild } from '../child-process.ts'

/**
 * A JPEG with half the sides and a lower quality; undefined where it can't be made in time, or not before the signal
 * fires.
 */
export async function shrinkJpeg(
  frame: { jpeg: Buffer; width: number; height: number },
  { programPath, shrunkWithinMs }: { programPath: string; shrunkWithinMs: number },
  signal: AbortSignal,
): Promise<{ jpeg: Buffer; width: number; height: number } | undefined> {
  const width = even(frame.width / 2)
  const height = even(frame.height / 2)
  const chunks: Buffer[] = []
  const child = startChild({
    command: 'ffmpeg',
    args: [
      ...[
        '-v',
        'error',
        '-f',
        'jpeg_pipe',
        '-i',
        'pipe:0',
        '-frames:v',
        '1',
        '-vf',
        `scale=${width}:${height}`,
      ],
      ...['-c:v', 'mjpeg', '-q:v', '8', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
    ],
    input: frame.jpeg,
    programPath,
    onOutput: chunk => chunks.push(chunk),
  })
  const over = AbortSignal.any([signal, AbortSignal.timeout(shrunkWithinMs)])
  const end = () => void child.kill()
  over.addEventListener('abort', end, { once: true })
  if (over.aborted) end()
  const { code } = await child.exited
  over.removeEventListener('abort', end)
  const jpeg = Buffer.concat(chunks)
  return code === 0 && jpeg.length > 0 ? { jpeg, width, height } : undefined
}

function even(length: number): number {
  return Math.max(2, Math.round(length / 2) * 2)
}
