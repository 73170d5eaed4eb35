import { expect, test } from 'vitest'
import { installAdvice } from './system-packages.mjs'

test('who may not install packages is told what to type, with sudo where there is one', () => {
  expect(installAdvice(['ffmpeg', 'maven'], true)).toContain(
    '\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg maven\n',
  )
  expect(installAdvice(['ffmpeg'], false)).toContain(
    'Type as root:\n\n  apt-get update && apt-get install -y --no-install-recommends ffmpeg\n',
  )
})
