import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('no more hold a turn than there are places, the others wait in line', async () => {
  const turns = createTurns(2)
  const order: string[] = []
  const take = async (name: string) => {
    const giveBack = await turns.take()
    order.push(name)
    return giveBack
  }
  const first = await take('first')
  const second = await take('second')
  const [third, fourth] = [take('third'), take('fourth')]
  expect(order).toEqual(['first', 'second'])
  first()
  // Given back twice it frees one place.
  first()
  const endThird = await third
  expect(order).toEqual(['first', 'second', 'third'])
  second()
  endThird()
  ;(await fourth)()
  expect(order).toEqual(['first', 'second', 'third', 'fourth'])
})
