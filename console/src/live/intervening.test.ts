import { describe, expect, it } from 'vitest'

import { type Line, MODES, type Refusal, refusalOf } from './intervening'
import { NOTHING, type Situation } from './situation'

const OWN = new Set(['PJSIP/web-3', 'PJSIP/op-1'])
const FREE: Line = { phone: true, busy: false }
const RINGING: Situation = { ...NOTHING, phase: 'ringing', call: 'node1-1.1' }
const answered = (target: string): Situation => ({ ...RINGING, phase: 'talking', answer: { target, who: null, role: 'property', at: 1, endedAt: null } })
const on = (mode: Situation['operators'][number]['mode'], situation: Situation): Situation => ({
  ...situation,
  operators: [{ leg: 'a', target: 'PJSIP/web-3', who: null, mode, since: 1 }],
})

const refusals = (situation: Situation, line = FREE): (Refusal | null)[] => MODES.map((mode) => refusalOf(mode, situation, OWN, line))

describe('what an operator may do', () => {
  it('is everything but whispering while it rings', () => {
    expect(refusals(RINGING)).toEqual([null, 'nobody', null, null])
  })
  it('is everything while a guard talks', () => {
    expect(refusals(answered('PJSIP/guard-1'))).toEqual([null, null, null, null])
  })
  it('is nothing once the call is over', () => {
    expect(refusals({ ...RINGING, phase: 'ended' })).toEqual(['over', 'over', 'over', 'over'])
  })
  it('is nothing without a phone, or with one that is in a call', () => {
    expect(refusals(RINGING, { phone: false, busy: false })).toEqual(Array(4).fill('noPhone'))
    expect(refusals(RINGING, { phone: true, busy: true })).toEqual(Array(4).fill('busy'))
  })
  it('is nothing for who answered the alarm', () => {
    expect(refusals(answered('PJSIP/op-1'), { phone: true, busy: true })).toEqual(Array(4).fill('yours'))
  })
  it('is anything else for who is on it, whatever their line does', () => {
    expect(refusals(on('listen', answered('PJSIP/guard-1')), { phone: true, busy: true })).toEqual(['same', null, null, null])
    expect(refusals(on('take_over', { ...answered('PJSIP/web-3'), room: ['PJSIP/web-3'] }))).toEqual([null, 'nobody', null, 'same'])
  })
})
