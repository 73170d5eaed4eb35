import { expect, test } from 'vitest'
import { rtspInput } from './rtsp-input.ts'

test('the address is in the input alone', () => {
  const { args, input } = rtspInput('rtsp://user:password@10.0.0.1/live', { answerMs: 5000, eager: true })
  expect(args.join(' ')).not.toContain('password')
  expect(input).toContain(
    "file 'rtsp://user:password@10.0.0.1/live'\noption rtsp_transport tcp\noption timeout 5000000\n",
  )
})

test('an address can not leave its quotes', () => {
  const { input } = rtspInput("rtsp://10.0.0.1/it's'here", { answerMs: 1, eager: false })
  expect(input.split('\n')[1]).toBe("file 'rtsp://10.0.0.1/it'\\''s'\\''here'")
  expect(() => rtspInput('rtsp://10.0.0.1/\nfile /etc/passwd', { answerMs: 1, eager: false })).toThrow()
})
