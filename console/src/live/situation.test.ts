import { describe, expect, it } from 'vitest'

import { countdown, deciding } from './countdown'
import { type TimelineNode, byTime, merged } from './nodes'
import { situationOf } from './situation'

const START = Date.parse('2026-11-22T12:00:00.000Z')
const TIERS = [
  { role: 'property' as const, ring_s: 15 },
  { role: 'maintainer' as const, ring_s: 15 },
  { role: 'centre' as const, ring_s: 60 },
]

let id = 0
/** A node `ms` after the press. */
function node(ms: number, kind: string, fields: Partial<TimelineNode> = {}): TimelineNode {
  id += 1
  return {
    ...{ id, seq: id, kind, title: { zh: kind, en: kind }, at: new Date(START + ms).toISOString(), call: 'node1-1.1' },
    ...{ tier: null, role: null, round: null, target: null, phoneId: null, personId: null, userId: null },
    ...{ person: null, detail: {}, source: 'journal', corrects: null },
    ...fields,
  }
}

const GUARD = 'PJSIP/guard-1'
const MOBILE = 'PJSIP/13800000001@trunk'
const pressed = () => node(0, 'alarm_raised')
const tier1 = () =>
  node(10, 'tier_started', { tier: 1, role: 'property', round: 1, detail: { targets: `answer:0:${GUARD}` } })
const tier2 = (ms: number) =>
  node(ms, 'tier_started', { tier: 2, role: 'maintainer', round: 1, detail: { targets: `key:10:${MOBILE}` } })

describe('the situation of an alarm', () => {
  it('rings tier one with its countdown', () => {
    const situation = situationOf([pressed(), tier1()], TIERS)
    expect(situation).toMatchObject({ phase: 'ringing', tier: 1, role: 'property', presses: 1 })
    const leg = deciding(situation)!
    expect(countdown(leg, START + 10)).toEqual({ left: 15, rung: 0, part: 0 })
    expect(countdown(leg, START + 10_010)).toMatchObject({ left: 5, rung: 10 })
    expect(countdown(leg, START + 60_000)).toMatchObject({ left: 0, part: 1 })
  })

  it('never shows more than the limit when the clock runs behind', () => {
    const leg = deciding(situationOf([pressed(), tier1()], TIERS))!
    expect(countdown(leg, START - 5_000)).toEqual({ left: 15, rung: 0, part: 0 })
  })

  it('gives a mobile its set-up allowance, also after it was dialled', () => {
    const dialled = node(15_030, 'leg_dialled', { tier: 2, role: 'maintainer', round: 1, target: MOBILE })
    const situation = situationOf([pressed(), tier1(), tier2(15_020), dialled], TIERS)
    expect(deciding(situation)).toMatchObject({ target: MOBILE, limitS: 25, since: START + 15_030 })
  })

  it('goes from tier to tier', () => {
    const over = node(15_010, 'tier_finished', { tier: 1, role: 'property', detail: { status: 'NOANSWER' } })
    expect(situationOf([pressed(), tier1(), over], TIERS)).toMatchObject({ phase: 'waiting', ringing: [] })
    expect(situationOf([pressed(), tier1(), over, tier2(15_020)], TIERS)).toMatchObject({ phase: 'ringing', tier: 2 })
  })

  it('tells who has it and for how long, and that the others fell silent', () => {
    const taken = node(8_000, 'leg_accepted', { tier: 1, role: 'property', target: GUARD, person: '值班员 A', detail: { how: 'answer' } })
    const late = node(8_010, 'leg_failed', { tier: 1, role: 'property', target: 'PJSIP/guard-2' })
    const situation = situationOf([pressed(), tier1(), taken, late], TIERS)
    expect(situation).toMatchObject({ phase: 'talking', ringing: [] })
    expect(situation.answer).toEqual({ target: GUARD, who: '值班员 A', role: 'property', at: START + 8_000, endedAt: null })
    const held = [node(20_000, 'talk_ended', { target: GUARD }), node(20_001, 'hold_started')]
    expect(situationOf([pressed(), tier1(), taken, ...held], TIERS)).toMatchObject({
      phase: 'held',
      answer: { endedAt: START + 20_000 },
    })
  })

  it('counts rounds that nobody answered and rings the centre beside the others', () => {
    const nobody = node(60_000, 'nobody_answered', { round: 1 })
    const centre = node(60_001, 'tier_started', { tier: 3, role: 'centre', round: 2, detail: { targets: 'answer:0:centre' } })
    const again = { ...tier2(60_002), round: 2 }
    const over = node(75_000, 'tier_finished', { tier: 2, role: 'maintainer' })
    const both = situationOf([pressed(), nobody, centre, again], TIERS)
    expect(both).toMatchObject({ nobody: 1, round: 2, tier: 2 })
    expect(both.ringing).toHaveLength(2)
    expect(situationOf([pressed(), nobody, centre, again, over], TIERS)).toMatchObject({ phase: 'ringing', tier: 3 })
    expect(deciding(situationOf([pressed(), centre], TIERS))).toMatchObject({ limitS: null })
  })

  it('follows the newest call when the passenger presses again', () => {
    const second = node(30_000, 'alarm_raised', { call: 'node1-2.1' })
    const oldEnds = node(30_500, 'call_ended', { call: 'node1-1.1' })
    expect(situationOf([pressed(), second, oldEnds], TIERS)).toMatchObject({ phase: 'waiting', presses: 2, call: 'node1-2.1' })
  })

  it('does not count a call that goes on after a crash as a press', () => {
    const resumed = node(30_000, 'alarm_raised', { call: 'node1-2.1', detail: { resumes: 'node1-1.1' } })
    expect(situationOf([pressed(), resumed], TIERS).presses).toBe(1)
  })
})

const OPERATOR = 'PJSIP/web-3'
const OTHER = 'PJSIP/op-2'
const intervention = (ms: number, what: string, mode: string, target = OPERATOR) =>
  node(ms, `intervention_${what}`, { role: 'centre', target, detail: { mode, leg: `leg of ${target}` } })
const room = (ms: number, way: 'entered' | 'left', target: string) => node(ms, `room_${way}`, { target })

describe('the centre on an alarm', () => {
  const accepted = node(8_000, 'leg_accepted', { tier: 1, role: 'property', target: GUARD })

  it('is shown with what each operator does, and nobody is shown who left', () => {
    const nodes = [pressed(), tier1(), intervention(2_000, 'started', 'listen'), intervention(3_000, 'started', 'join', OTHER)]
    const both = situationOf(nodes, TIERS)
    expect(both.operators.map(({ target, mode }) => [target, mode])).toEqual([[OPERATOR, 'listen'], [OTHER, 'join']])
    expect(both).toMatchObject({ phase: 'ringing', answer: null })
    const later = situationOf([...nodes, intervention(4_000, 'changed', 'whisper'), intervention(5_000, 'ended', 'join', OTHER)], TIERS)
    expect(later.operators).toEqual([{ leg: `leg of ${OPERATOR}`, target: OPERATOR, who: null, mode: 'whisper', since: START + 2_000 }])
  })

  it('has the alarm when it takes over, and the tiers fall silent', () => {
    const over = [intervention(2_000, 'started', 'take_over'), room(2_100, 'entered', OPERATOR)]
    const situation = situationOf([pressed(), tier1(), ...over], TIERS)
    expect(situation).toMatchObject({ phase: 'talking', ringing: [], room: [OPERATOR] })
    expect(situation.answer).toMatchObject({ target: OPERATOR, at: START + 2_000 })
  })

  it('lets the alarm ring again when who had it is lost', () => {
    const over = [intervention(2_000, 'started', 'take_over'), room(2_100, 'entered', OPERATOR)]
    const gone = [node(9_000, 'person_lost', { target: OPERATOR }), room(9_001, 'left', OPERATOR), intervention(9_002, 'ended', 'take_over')]
    const lost = situationOf([pressed(), tier1(), ...over, ...gone], TIERS)
    expect(lost).toMatchObject({ phase: 'waiting', operators: [], room: [], answer: { endedAt: START + 9_001 } })
    const again = node(9_500, 'tier_started', { tier: 1, role: 'property', round: 2, detail: { targets: `answer:0:${GUARD}` } })
    expect(situationOf([pressed(), tier1(), ...over, ...gone, again], TIERS).phase).toBe('ringing')
  })

  it('lets it ring again when a guard who talked alone is lost', () => {
    expect(situationOf([pressed(), tier1(), accepted, node(9_000, 'person_lost', { target: GUARD })], TIERS).phase).toBe('waiting')
  })

  it('talks on while one of two is left in the conversation', () => {
    const joined = [intervention(9_000, 'started', 'join'), room(9_100, 'entered', GUARD), room(9_200, 'entered', OPERATOR)]
    const situation = situationOf([pressed(), tier1(), accepted, ...joined, room(12_000, 'left', GUARD)], TIERS)
    expect(situation).toMatchObject({ phase: 'talking', room: [OPERATOR] })
  })

  it('is off the alarm when the call ends', () => {
    const nodes = [pressed(), tier1(), intervention(2_000, 'started', 'listen'), node(3_000, 'call_ended')]
    expect(situationOf(nodes, TIERS)).toMatchObject({ phase: 'ended', operators: [], room: [] })
  })
})

describe('calls beside an alarm', () => {
  const call = (ms: number, what: string, kind: string, of: string) =>
    node(ms, `callback_${what}`, { call: of, target: MOBILE, detail: { kind, caller: 'web-3' } })

  it('are there from the click to their end, each by itself', () => {
    const nodes = [pressed(), call(1_000, 'started', 'person', 'node1-7.1'), call(2_000, 'started', 'third', 'node1-1.1')]
    expect(situationOf(nodes, TIERS).calls.map((one) => [one.kind, one.answered])).toEqual([['person', false], ['third', false]])
    const answered = [...nodes, call(3_000, 'answered', 'third', 'node1-1.1')]
    expect(situationOf(answered, TIERS).calls.find((one) => one.kind === 'third')).toMatchObject({ answered: true, target: MOBILE })
    // The end of a call to a person says neither kind nor whom it was for.
    const over = node(4_000, 'callback_ended', { call: 'node1-7.1', detail: { caller: 'web-3' } })
    expect(situationOf([...answered, over], TIERS).calls.map((one) => one.kind)).toEqual(['third'])
    expect(situationOf([...answered, over, node(5_000, 'call_ended')], TIERS).calls).toEqual([])
  })

  it('give the alarm to who calls in while nobody has it', () => {
    const joined = node(2_000, 'callback_joined', { call: 'node1-7.1', target: GUARD, role: 'property' })
    expect(situationOf([pressed(), tier1(), joined], TIERS)).toMatchObject({ phase: 'talking', answer: { target: GUARD } })
  })
})

describe('a timeline', () => {
  it('holds each node once, where its time says', () => {
    const [a, b, c] = [node(1, 'a'), node(2, 'b'), node(3, 'c')]
    expect(merged([a, c], [c, b]).map((one) => one.kind)).toEqual(['a', 'b', 'c'])
  })

  it('does not change for a node it has', () => {
    const known = [node(1, 'a')]
    expect(merged(known, [...known])).toBe(known)
  })

  it('orders by microseconds, then by the order of recording', () => {
    const base = node(0, 'x')
    const later = { ...base, id: 900, seq: 1, at: '2026-11-22T12:00:00.000200Z' }
    const sooner = { ...base, id: 901, seq: 2, at: '2026-11-22T12:00:00.000100Z' }
    const same = { ...base, id: 902, seq: 0, at: '2026-11-22T12:00:00.000200Z' }
    expect([later, sooner, same].sort(byTime).map((one) => one.id)).toEqual([901, 902, 900])
  })
})
