import { describe, expect, it } from 'vitest'

import type { TimelineNode } from './nodes'
import { folded, mainOnly } from './timeline'

let id = 0
const node = (kind: string) => ({ id: (id += 1), seq: id, kind, at: '2026-11-22T12:00:00Z', detail: {} }) as unknown as TimelineNode
const round = () => ['round_started', 'tier_started', 'leg_failed', 'tier_finished', 'nobody_answered'].map(node)

describe('folding', () => {
  it('hides the fruitless rounds in the middle and says how many', () => {
    const items = folded([node('alarm_raised'), ...Array.from({ length: 10 }, round).flat(), node('call_ended')])
    const fold = items.filter((item) => item.kind === 'rounds')
    expect(fold).toHaveLength(1)
    expect(fold[0]).toMatchObject({ rounds: 8 })
    expect(items).toHaveLength(1 + 5 + 1 + 5 + 1)
  })

  it('hides nothing of a short call', () => {
    const nodes = [node('alarm_raised'), ...round(), ...round(), ...round(), node('call_ended')]
    expect(folded(nodes).map((item) => item.kind === 'node' && item.node.id)).toEqual(nodes.map((one) => one.id))
  })

  it('never hides what is not a failure', () => {
    const nodes = [...round(), ...round(), node('note'), ...round(), ...round(), node('leg_accepted'), ...round()]
    const shown = folded(nodes).flatMap((item) => (item.kind === 'node' ? [item.node.kind] : []))
    expect(shown).toContain('note')
    expect(shown).toContain('leg_accepted')
  })
})

it('shows the main nodes alone', () => {
  expect(mainOnly([node('alarm_raised'), node('recording_started'), node('leg_accepted')]).map((one) => one.kind)).toEqual([
    'alarm_raised',
    'leg_accepted',
  ])
})
