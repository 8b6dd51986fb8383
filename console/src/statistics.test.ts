import { expect, it } from 'vitest'

import type { IncidentDetail } from '@/api/types'
import { answerTimes, perDay, quantile, within } from './statistics'

const node = (kind: string, role: string, second: number, call = 1) => ({ kind, role, call_id: call, at: new Date(second * 1000).toISOString() })

it('measures an answer from the beginning of its own tier and round', () => {
  const nodes = [
    node('tier_started', 'property', 0),
    node('tier_started', 'maintainer', 15),
    node('tier_started', 'property', 40),
    node('leg_accepted', 'property', 46),
    node('leg_accepted', 'maintainer', 100, 2),
  ] as unknown as IncidentDetail['nodes']
  expect(answerTimes([{ nodes }])).toEqual({ property: [6], maintainer: [], centre: [] })
})

it('gives no quantile of nothing', () => {
  expect(quantile([], 0.9)).toBeNull()
  expect(quantile([3, 1, 2], 0.5)).toBe(2)
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9)
  expect(within([1, 15, 16], 15)).toBeCloseTo(2 / 3)
  expect(within([], 15)).toBeNull()
})

it('counts by the day in Shanghai', () => {
  const now = Date.parse('2026-11-22T20:00:00+08:00')
  expect(perDay(['2026-11-21T15:59:59Z', '2026-11-21T16:00:00Z'], 3, now)).toEqual([
    { day: '2026-11-20', count: 0 },
    { day: '2026-11-21', count: 1 },
    { day: '2026-11-22', count: 1 },
  ])
})
