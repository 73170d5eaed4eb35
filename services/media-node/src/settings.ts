/** What a media node is configured by; all durations in ms. */
export interface MediaNodeSettings {
  /** The subject of the node's token. */
  nodeId: string
  /** CIDR networks that cameras may be in, e.g. `10.0.0.0/8`. Whatever is in none of them is never connected to. */
  allowedCameraNetworks: string[]
  /** Where ffmpeg, ffprobe and setpriv are looked for. They see nothing else of the node's environment. */
  programPath: string
  /** The mediasoup worker's binary; undefined where mediasoup's own place is right. */
  workerBinary: string | undefined
  /** How often a lease is renewed. */
  leaseRenewalMs: number
  /** How long a session may go on although its lease could not be renewed: then nobody knows whether it may. */
  leaseBoundMs: number
  /** How long a command that could not be delivered waits for its next try. */
  commandRetryMs: number
  /** How long a node that is asked to end waits for the API to take that its sessions have ended. */
  farewellMs: number
  camera: CameraTimings
  sampling: SamplingSettings
}

/** When a camera counts as broken, and when it is tried again. */
export interface CameraTimings {
  /** How long the camera's RTSP server may leave a request unanswered. */
  answerMs: number
  /** How long looking at the video's format may take. */
  probeMs: number
  /** How long packets may stay away once they have come. */
  stallMs: number
  /** The distance of key frames that is assumed until two were seen. */
  assumedKeyFrameDistanceMs: number
  /** How often the flow of packets is looked at. */
  watchMs: number
  /** The first and the longest wait between two attempts. */
  backoffMs: { first: number; longest: number }
}

/** How frames are sampled. */
export interface SamplingSettings {
  /** The longest side of a sampled frame, px. */
  longSide: number
  /** How far an arrival time may be off the moment that the picture shows, ms. */
  arrivalErrorMs: number
  /** How long making a frame smaller that is too large may take, ms. */
  shrunkWithinMs: number
}

/** As in production. */
export const defaultCameraTimings: CameraTimings = {
  answerMs: 5000,
  probeMs: 10_000,
  stallMs: 4000,
  assumedKeyFrameDistanceMs: 10_000,
  watchMs: 500,
  backoffMs: { first: 500, longest: 3000 },
}

/** As in production. */
export const defaultSampling: SamplingSettings = { longSide: 1280, arrivalErrorMs: 500, shrunkWithinMs: 5000 }
