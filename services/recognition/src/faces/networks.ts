import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type ModelSet, ModelSetError, type Weights } from './model-set.ts'

// ONNX Runtime's Linux builds otherwise report what they run to their maker, over the network and in files of their own;
// this is read when the first session opens (https://github.com/microsoft/onnxruntime/pull/27379).
process.env.ORT_DISABLE_TELEMETRY = '1'

/**
 * How every network runs: on the thread that calls it and on no other. Parallelism comes from worker processes;
 * ONNX Runtime's own threads would compete with them and with JavaScript (measured 3.6 times slower).
 */
export const sessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  // Numbers too small to matter would be computed many times slower than others.
  extra: {
    session: {
      set_denormal_as_zero: '1',
      intra_op: { allow_spinning: '0' },
      inter_op: { allow_spinning: '0' },
    },
  },
} as const satisfies InferenceSession.SessionOptions

/** A network with one input that it owns: fill `input`, then `run`. Not reentrant: one run at a time. */
export interface Network {
  /** The input tensor's values, planar (channel, row, column). */
  readonly input: Float32Array
  /** Runs the network on `input`; gives each output's values by its name. */
  run(): Promise<Record<string, Float32Array>>
  close(): Promise<void>
}

/** A set's three networks, open. */
export interface Networks {
  detector: Network
  landmarks: Network
  embedder: Network
  close(): Promise<void>
}

interface Shape {
  name: string
  width: number
  height: number
  channels: string
}

async function openNetwork(
  weights: Uint8Array,
  shape: Shape,
  outputs: readonly string[],
  createSession: CreateSession,
): Promise<Network> {
  const session = await createSession(weights, sessionOptions)
  if (!session.inputNames.includes(shape.name))
    throw new ModelSetError(`A network has no input named ${shape.name}`)
  for (const name of outputs)
    if (!session.outputNames.includes(name)) throw new ModelSetError(`A network has no output named ${name}`)
  const channels = shape.channels === 'GREY' ? 1 : 3
  const input = new Float32Array(channels * shape.width * shape.height)
  const feeds = { [shape.name]: new Tensor('float32', input, [1, channels, shape.height, shape.width]) }
  return {
    input,
    run: async () => {
      const results = await session.run(feeds)
      return Object.fromEntries(outputs.map(name => [name, results[name]!.data as Float32Array]))
    },
    close: () => session.release(),
  }
}

/** Opens a session from a network's bytes; `InferenceSession.create` outside of tests. */
export type CreateSession = (
  weights: Uint8Array,
  options: InferenceSession.SessionOptions,
) => Promise<Pick<InferenceSession, 'inputNames' | 'outputNames' | 'run' | 'release'>>

/**
 * Opens a set's three networks with {@link sessionOptions}.
 * @throws ModelSetError if a network hasn't the inputs and outputs that the set names; whatever ONNX Runtime throws
 */
export async function openNetworks(
  set: ModelSet,
  weights: Weights,
  createSession: CreateSession = (bytes, options) => InferenceSession.create(bytes, options),
): Promise<Networks> {
  const { detector, landmarks, embedder } = set
  const networks = {
    detector: await openNetwork(
      weights.detector,
      detector.input,
      Object.values(detector.outputs),
      createSession,
    ),
    landmarks: await openNetwork(weights.landmarks, landmarks.input, [landmarks.output], createSession),
    embedder: await openNetwork(weights.embedder, embedder.input, [embedder.output], createSession),
  }
  return {
    ...networks,
    close: async () => {
      await Promise.all(Object.values(networks).map(network => network.close()))
    },
  }
}
