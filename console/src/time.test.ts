import { expect, it } from 'vitest'

import { clockMs, dateTime, duration, fromPicker, midnight } from './time'

it('reads times in Shanghai, whatever the zone of the computer is', () => {
  expect(dateTime('2026-11-22T16:00:00.250000Z')).toBe('2026-11-23 00:00:00')
  expect(clockMs('2026-11-22T11:56:03.899512Z')).toBe('19:56:03.899')
})

it('sends what was picked as Shanghai time', () => {
  expect(Date.parse(fromPicker('2026-11-23 00:00:00'))).toBe(Date.parse('2026-11-22T16:00:00Z'))
  expect(midnight('2026-11-23')).toBe(Date.parse('2026-11-22T16:00:00Z'))
})

it('counts hours only when there are some', () => {
  expect([0, 7_900, 754_000, 3_723_000, -5].map(duration)).toEqual(['0:00', '0:07', '12:34', '1:02:03', '0:00'])
})
