import { expect, it } from 'vitest'

import type { Shift } from '@/api/types'
import { DAY_MS, WEEK_MS, gapsOf, repeated, rowsOf, weekOf } from './rota'

const MONDAY = Date.parse('2026-11-16T00:00:00+08:00')
const iso = (ms: number) => new Date(ms).toISOString()
const shift = (id: number, phone: number, from: number, to: number): Shift => ({
  ...{ id, organization_id: 1, phone_id: phone, position: 1 },
  ...{ starts_at: iso(MONDAY + from * DAY_MS), ends_at: iso(MONDAY + to * DAY_MS) },
})

it('begins the week on Monday in Shanghai', () => {
  expect(weekOf(Date.parse('2026-11-22T15:59:59Z'))).toBe(MONDAY) // Sunday 23:59:59
  expect(weekOf(Date.parse('2026-11-22T16:00:00Z'))).toBe(MONDAY + WEEK_MS)
})

it('cuts shifts at the ends of the week and puts overlapping ones below each other', () => {
  const [row, empty] = rowsOf([shift(1, 7, -3, 1), shift(2, 7, 0.5, 9), shift(3, 7, 1, 2)], [7, 8], MONDAY)
  expect(row!.bars.map((bar) => [bar.shift.id, bar.lane])).toEqual([[1, 0], [2, 1], [3, 0]])
  expect(row!.bars[0]!.left).toBe(0)
  expect(row!.bars[0]!.width).toBeCloseTo(100 / 7)
  expect(row!.lanes).toBe(2)
  expect(empty).toEqual({ phone: 8, bars: [], lanes: 1 })
})

it('finds the gaps', () => {
  const gaps = gapsOf([shift(1, 7, 0, 2), shift(2, 8, 1, 3), shift(3, 7, 4, 9)], MONDAY)
  expect(gaps).toEqual([{ from: MONDAY + 3 * DAY_MS, to: MONDAY + 4 * DAY_MS }])
  expect(gapsOf([], MONDAY)).toEqual([{ from: MONDAY, to: MONDAY + WEEK_MS }])
})

it('repeats a shift', () => {
  const first = shift(0, 7, 0, 0.5)
  expect(repeated(first, 'none', 5)).toEqual([first])
  expect(repeated(first, 'weekly', 3).map((one) => Date.parse(one.starts_at))).toEqual([0, 1, 2].map((week) => MONDAY + week * WEEK_MS))
})
