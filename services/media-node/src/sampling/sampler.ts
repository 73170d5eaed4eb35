import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { unlessAborted } from '@sightline/waiting/giving-up'
import type { Producer, Router } from 'mediasoup/types'
import { PIXEL_BOUND } from '../cameras/rtsp-input.ts'
import { type Exit, startChild } from '../child-process.ts'
import type { SamplingSettings } from '../settings.ts'
import { createFramePairing } from './frame-pairing.ts'
import { JpegSplitter } from './jpeg-splitter.ts'
import { readShowinfo } from './showinfo.ts'

/** A picture out of a camera's video. */
export interface SampledFrame {
  jpeg: Buffer
  /** px */
  width: number
  height: number
  /** When its packets arrived, ms since 1970. */
  seenAt: number
}

/** A running sampler. */
export interface Sampler {
  /** Resolves when it has ended, whoever ended it, with the last lines that it wrote. */
  readonly ended: Promise<{ exit: Exit; lines: string[] }>
  readonly pid: number | undefined
  close(): Promise<void>
}

/**
 * Takes pictures of a producer's video: one in each `1 / framesPerSecond` of the clock, JPEG at a quality of about
 * 75, the long side limited. It begins with the next key frame.
 * @throws GivenUpError when the signal fires before it runs; nothing of it is left then
 */
export async function startSampler(options: {
  router: Router
  producer: Producer
  framesPerSecond: number
  settings: SamplingSettings
  programPath: string
  onFrame: (frame: SampledFrame) => void
  /** Told of every B-frame of the video, sampled or not. */
  onBFrame: () => void
  signal: AbortSignal
}): Promise<Sampler> {
  const { router, producer, framesPerSecond, settings, programPath, onFrame, onBFrame, signal } = options
  const port = await freePortPair()
  const transport = await unlessAborted(
    router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: false,
      comedia: false,
    }),
    signal,
  )
  await unlessAborted(transport.connect({ ip: '127.0.0.1', port, rtcpPort: port + 1 }), signal)
  const consumer = await unlessAborted(
    transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities, paused: true }),
    signal,
  )
  const payloadType = consumer.rtpParameters.codecs[0]?.payloadType
  if (payloadType === undefined) throw new Error('a consumer without a codec')

  const splitter = new JpegSplitter()
  const pairing = createFramePairing({ onFrame, onMismatch: () => void child.kill() })
  const child = startChild({
    command: 'ffmpeg',
    args: samplerArguments(framesPerSecond, settings.longSide),
    input: sessionDescription(port, payloadType),
    programPath,
    onOutput(chunk) {
      try {
        for (const jpeg of splitter.push(chunk)) pairing.picture(jpeg)
      } catch {
        void child.kill()
      }
    },
    onLine(text) {
      const shown = readShowinfo(text)
      if (!shown) return
      if (shown.isBFrame) onBFrame()
      pairing.tell(shown)
    },
  })

  const ended = child.exited.then(exit => {
    transport.close()
    return { exit, lines: child.lastLines() }
  })
  try {
    await unlessAborted(consumer.resume(), signal)
  } catch (error) {
    await child.kill()
    throw error
  }
  return {
    ended,
    pid: child.pid,
    async close() {
      await child.kill()
    },
  }
}

/** Arguments that make ffmpeg read a session description and write one JPEG behind another, told of by showinfo. */
function samplerArguments(framesPerSecond: number, longSide: number): string[] {
  const cell = (time: string) => `floor(${time}*${framesPerSecond})`
  const scale = (side: string, condition: string) => `if(${condition},min(${side},${longSide}),-2)`
  const filters = [
    // The first frame of each cell of the clock: the rate is kept, whatever the camera's rate is. And any B-frame.
    `select='isnan(prev_selected_t)+gt(${cell('t')},${cell('prev_selected_t')})+eq(pict_type,B)'`,
    `scale=w='${scale('iw', 'gte(iw,ih)')}':h='${scale('ih', 'lt(iw,ih)')}':out_range=full`,
    'format=yuvj420p',
    'showinfo=checksum=0',
  ]
  return [
    ...['-nostats', '-v', 'info', '-protocol_whitelist', 'pipe,udp,rtp', '-use_wallclock_as_timestamps', '1'],
    // It would hold the first frames back until it has seen a number of them, for a rate that nothing here asks for.
    ...['-fpsprobesize', '0'],
    ...[
      ...PIXEL_BOUND,
      '-threads',
      '1',
      '-f',
      'sdp',
      '-i',
      'pipe:0',
      '-copyts',
      '-map',
      '0:v:0',
      '-vf',
      filters.join(','),
    ],
    // In ticks of RTP's clock (RFC 6184, section 5.1). By itself ffmpeg counts in frames of the camera's rate, and ends
    // when two arrive closer together than that.
    ...['-enc_time_base', '1:90000'],
    ...[
      '-fps_mode',
      'passthrough',
      '-c:v',
      'mjpeg',
      '-q:v',
      '4',
      '-threads',
      '1',
      '-f',
      'image2pipe',
      'pipe:1',
    ],
  ]
}

function sessionDescription(port: number, payloadType: number): string {
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=sampler',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=video ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} H264/90000`,
    `a=fmtp:${payloadType} packetization-mode=1`,
    '',
  ].join('\r\n')
}

/**
 * Finds an even port that is free with the one behind it, for RTP and RTCP. Somebody else may take them before
 * ffmpeg does: ffmpeg ends then, and the next sampler has others.
 */
async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await boundPort(0)
    const port = first + (first % 2)
    const [rtp, rtcp] = [await boundPort(port), await boundPort(port + 1)]
    if (rtp === port && rtcp === port + 1) return port
  }
  throw new Error('no two UDP ports of 127.0.0.1 are free')
}

/** Binds a UDP port, lets it go and gives its number; NaN where it is taken. */
async function boundPort(port: number): Promise<number> {
  if (port > 65_535) return Number.NaN
  const socket = createSocket('udp4')
  try {
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    return socket.address().port
  } catch {
    return Number.NaN
  } finally {
    socket.close()
  }
}
