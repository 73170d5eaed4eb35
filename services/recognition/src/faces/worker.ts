import { createFinder, type Finder, type Finding, type Wanted } from './finder.ts'
import { type ModelSet, readWeights } from './model-set.ts'
import { openNetworks } from './networks.ts'
import { UnreadablePictureError } from './picture.ts'

// One process of the face pool. Protocol, one message each way at a time:
//
//   Open    = { type: 'open' }     // pool -> worker, first
//   Ready   = { type: 'ready' }    // worker -> pool, when the networks are open
//   Refused = { type: 'refused' }  // worker -> pool, if they can't be opened: the process ends
//   Examine = { type: 'examine' }  // pool -> worker
//   Found   = { type: 'found' } | { type: 'unreadable' }     // worker -> pool
//
// Any other end of the process is its death, and the picture that it had is lost.

/** What a worker process needs to know. */
export interface WorkerSettings {
  modelSet: ModelSet
  weightsFolder: string
}

/** What the pool asks of a worker. */
export type Request =
  | ({ type: 'open' } & WorkerSettings)
  | { type: 'examine'; picture: Uint8Array; wanted: Wanted }

/** What a worker answers. */
export type Reply =
  | { type: 'ready' }
  | { type: 'refused'; message: string }
  | { type: 'found'; finding: Finding }
  | { type: 'unreadable' }

let finder: Finder | undefined

async function answer(request: Request): Promise<Reply> {
  if (request.type === 'open') {
    const { modelSet, weightsFolder } = request
    const networks = await openNetworks(modelSet, await readWeights(modelSet, weightsFolder))
    // A network's first run takes several times as long as the others: better now than on somebody's face.
    for (const network of [networks.detector, networks.landmarks, networks.embedder]) await network.run()
    finder = createFinder(modelSet, networks)
    return { type: 'ready' }
  }
  if (!finder) throw new Error('A picture came before the networks were open')
  return { type: 'found', finding: await finder.findFaces(request.picture, request.wanted) }
}

async function serve(request: Request) {
  try {
    process.send!(await answer(request))
  } catch (error) {
    if (error instanceof UnreadablePictureError) process.send!({ type: 'unreadable' } satisfies Reply)
    // Anything else leaves the networks in an unknown state: the process ends and is replaced.
    else {
      const message = error instanceof Error ? error.message : String(error)
      process.send!({ type: 'refused', message } satisfies Reply, () => process.exit(1))
    }
  }
}

process.on('message', (request: Request) => void serve(request))
process.on('disconnect', () => process.exit())
// Ctrl-C reaches the whole process group; when this process ends is for the pool to say.
process.on('SIGINT', () => {})
