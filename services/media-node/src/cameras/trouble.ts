import type { FailureReason, ReconnectReason } from '@sightline/contracts/streams'
import { type Exit, exitText } from '../child-process.ts'

/** Why a camera isn't live: `broken` is tried again, `failed` is what retrying can't mend. */
export type Trouble =
  | { kind: 'broken'; reason: ReconnectReason; detail: string }
  | { kind: 'failed'; reason: FailureReason; detail: string }

/** Trouble that passes. */
export function broken(reason: ReconnectReason, detail: string): Trouble {
  return { kind: 'broken', reason, detail }
}

/** Trouble that somebody must mend. */
export function failed(reason: FailureReason, detail: string): Trouble {
  return { kind: 'failed', reason, detail }
}

/**
 * What an ended ffmpeg or ffprobe tells about the camera. The detail is made of known words only, so no address
 * can be in it.
 * @param lines its standard error
 */
export function troubleOf(exit: Exit, lines: string[]): Trouble {
  const text = lines.join('\n')
  const status = /(?:failed: |returned |^)(4\d\d|5\d\d) ?([A-Za-z -]{0,40})/m.exec(text)
  const code = status?.[1]
  if (code === '401' || code === '403' || /authorization failed/i.test(text))
    return failed('UNAUTHORIZED', `the camera answers ${code ?? '401'}: user name or password are wrong`)
  if (code !== undefined) return broken('REFUSED', `the camera answers ${code} ${status?.[2] ?? ''}`.trim())
  if (/connection refused/i.test(text)) return broken('REFUSED', 'the camera refuses the connection')
  if (/(no route to host|network is unreachable|host is down|host is unreachable)/i.test(text))
    return broken('UNREACHABLE', 'there is no way to the camera')
  if (/timed out/i.test(text)) return broken('UNREACHABLE', 'the camera does not answer')
  if (exit.signal !== null) return broken('INGEST_DIED', `ffmpeg was ended by ${exit.signal}`)
  if (exit.code === 0 || /(connection reset|broken pipe|end of file)/i.test(text))
    return broken('ENDED_BY_CAMERA', 'the camera ended the session')
  return broken('INGEST_DIED', `ffmpeg ended with ${exitText(exit)}`)
}
