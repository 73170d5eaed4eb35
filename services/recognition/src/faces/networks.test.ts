import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { weightsFolder } from './test-pictures.ts'

test('ONNX Runtime collects nothing for its makers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-networks-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await promisify(execFile)(
    process.execPath,
    [fileURLToPath(new URL('test-open-networks.ts', import.meta.url)), weightsFolder()],
    // Its telemetry keeps a device id and what it hasn't sent yet in these folders, but nothing where `CI` is set.
    { env: { HOME: folder, TMPDIR: folder } },
  )
  expect(readdirSync(folder, { recursive: true })).toEqual([])
})
