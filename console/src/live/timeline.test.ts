import { describe, expect, it } from 'vitest'

import type { TimelineNode } from './nodes'
import { folded, mainOnly, rang } from './timeline'

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

describe('how long a phone rang', () => {
  const at = (kind: string, seconds: string, detail: object = {}, target = 'PJSIP/guard-1') => ({ ...node(kind), at: `2026-11-22T12:00:${seconds}Z`, target, detail }) as TimelineNode

  it('is told from its ringing to its end, not from the delay before it', () => {
    const failed = at('leg_failed', '15.010', { status: 'NOANSWER', ring_ms: 5 })
    const answered = at('leg_answered', '17.500', {}, 'PJSIP/op-1')
    const nodes = [at('leg_dialled', '00.000'), at('leg_ringing', '00.010'), failed, at('leg_dialled', '15.000', {}, 'PJSIP/op-1'), at('leg_ringing', '15.500', {}, 'PJSIP/op-1'), answered]
    expect(rang(nodes)).toEqual(new Map([[failed.id, 15_000], [answered.id, 2_000]]))
  })

  it('is reckoned from the delay where the ringing was not seen, and not told of a phone that never rang', () => {
    const failed = at('leg_failed', '15.300', { ring_ms: 300 })
    expect(rang([at('leg_dialled', '00.000'), failed])).toEqual(new Map([[failed.id, 15_000]]))
    expect(rang([at('leg_dialled', '00.000'), at('leg_failed', '02.000', { status: 'CHANUNAVAIL' })])).toEqual(new Map())
  })
})
