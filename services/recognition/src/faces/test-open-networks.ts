import { readModelSet, readWeights } from './model-set.ts'
import { openNetworks } from './networks.ts'

// A process of its own that opens the networks and runs each once. Its argument: the folder with the weights.
const set = readModelSet()
const networks = await openNetworks(set, await readWeights(set, process.argv[2]!))
for (const network of [networks.detector, networks.landmarks, networks.embedder]) await network.run()
await networks.close()
