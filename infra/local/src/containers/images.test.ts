import { expect, test } from 'vitest'
import { stackKind, UnknownStackError } from '../stack-kind.ts'
import { imageOf } from './images.ts'

test('each part has an image with a tag, and a variable that names another', () => {
  for (const part of ['postgres', 'kafka', 'eventStore'] as const) {
    const { image, variable } = imageOf(part, {})
    expect(image).toMatch(/^[a-z/]+:\d+/)
    expect(imageOf(part, { [variable]: 'mirror.example/own:1' }).image).toBe('mirror.example/own:1')
    expect(imageOf(part, { [variable]: '' }).image).toBe(image)
  }
})

test('a stack is made of processes unless STACK says containers, and says what it may be', () => {
  expect(stackKind({})).toBe('local')
  expect(stackKind({ STACK: 'containers' })).toBe('containers')
  expect(() => stackKind({ STACK: 'docker' })).toThrow(UnknownStackError)
  expect(() => stackKind({ STACK: 'docker' })).toThrow('may be local or containers')
})
