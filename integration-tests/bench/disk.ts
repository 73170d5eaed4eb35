import { open } from 'node:fs/promises'

/** How long the disk takes to keep something, measured beside what is compared with it. */
export interface DiskProbe extends AsyncDisposable {
  /** Writes a page and waits for the disk; the sample counts. */
  sync(): Promise<void>
  /** Every sample so far, ms. */
  readonly samples: readonly number[]
}

/** Begins to measure fdatasync. @param file on the disk that matters; made here */
export async function openDiskProbe(file: string): Promise<DiskProbe> {
  const handle = await open(file, 'w')
  const page = Buffer.alloc(4096, 1)
  const samples: number[] = []
  return {
    samples,
    async sync() {
      const startedAt = performance.now()
      await handle.write(page)
      await handle.datasync()
      samples.push(performance.now() - startedAt)
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
