import { dirname } from 'node:path'
import { cameraFilm, evaluationFaceModels } from '@sightline/local/assets'
import { createLogger } from '@sightline/logging/logging'
import { readModelSet } from '@sightline/recognition/faces/model-set'
import { measureThroughput, type Throughput } from '@sightline/recognition/faces/throughput'
import { framesOf } from '@sightline/testing/film-frames'
import { atLeast, type Section } from './figure.ts'

/** One worker on a frame of the demo's camera, beside the three networks alone. */
export async function measureRecognition(rounds: number): Promise<Throughput> {
  const [picture] = await framesOf(cameraFilm('franck'), { framesPerSecond: 1, count: 1 })
  return measureThroughput({
    modelSet: readModelSet(),
    weightsFolder: dirname(evaluationFaceModels().detect),
    picture: picture!,
    rounds,
    log: createLogger({ name: 'bench', level: 'error' }),
  })
}

/** Frames a second of one recognition worker. */
export const recognitionThroughput: Section = {
  name: 'recognition',
  title: 'Recognition: one worker on one core, one face, 360x288',
  async measure(progress) {
    progress('frames and networks in turn')
    const { framesPerSecond, modelsAlonePerSecond, ratio } = await measureRecognition(6)
    const reference = {
      name: 'the three networks alone',
      value: modelsAlonePerSecond,
      unit: 'frames/s',
    } as const
    return [
      {
        name: 'picture to faces',
        value: framesPerSecond,
        unit: 'frames/s',
        reference,
        bound: atLeast(framesPerSecond, 35, '35 frames/s'),
      },
      {
        name: 'of the networks alone',
        value: ratio,
        unit: 'x',
        reference,
        bound: atLeast(ratio, 0.6, '0.6x'),
      },
    ]
  },
}
