import { createFolderObjects } from './folder-objects.ts'

// Puts one version after the other over the same key and tells each that is stored, until it is killed.
const objects = createFolderObjects(process.argv[2])
for (let version = 0; ; version++) {
  await objects.put('t1/faces-derived/s1/0', Buffer.alloc(300_000, version % 250))
  process.send(version)
}
