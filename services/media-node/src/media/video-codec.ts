import type { RouterRtpCodecCapability, RtpParameters } from 'mediasoup/types'

/**
 * Whatever profile a camera's video has, it is declared as constrained baseline: browsers play High so declared,
 * and refuse a connection that names High honestly.
 */
const parameters = { 'packetization-mode': 1, 'profile-level-id': '42e01f' }
const rtcpFeedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }]

/** The codec of every router. */
export const videoCodec: RouterRtpCodecCapability = {
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90_000,
  parameters,
  rtcpFeedback,
}

/** The payload type of what ffmpeg sends to a router. */
export const INGEST_PAYLOAD_TYPE = 102

/** What a router is told of the RTP that ffmpeg sends it. */
export function ingestRtpParameters(ssrc: number): RtpParameters {
  return {
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: INGEST_PAYLOAD_TYPE,
        clockRate: 90_000,
        parameters,
        rtcpFeedback,
      },
    ],
    encodings: [{ ssrc }],
  }
}
