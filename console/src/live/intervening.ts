/** What an operator may do on an alarm, and if not, why. Pure; the API decides, this only greys out and says so. */
import type { Mode, OnAlarm, Situation } from './situation'

export const MODES: readonly Mode[] = ['listen', 'whisper', 'join', 'take_over']

export type Refusal =
  | 'over' // nobody is on the line
  | 'noPhone' // no phone of this person can be rung
  | 'busy' // it is in another call
  | 'yours' // they have the alarm already, as the one who answered it
  | 'same' // they do that now
  | 'nobody' // nobody to whisper to

/** The person's own line: can it be rung, is it in a call. */
export interface Line {
  phone: boolean
  busy: boolean
}

/** The line of one's own that is on the alarm. */
export function mineOn(situation: Situation, own: ReadonlySet<string>): OnAlarm | null {
  return situation.operators.find((one) => own.has(one.target)) ?? null
}

export function callUp(situation: Situation): boolean {
  return situation.phase !== 'none' && situation.phase !== 'ended'
}

export function refusalOf(mode: Mode, situation: Situation, own: ReadonlySet<string>, line: Line): Refusal | null {
  if (!callUp(situation)) return 'over'
  const mine = mineOn(situation, own)
  if (mine?.mode === mode) return 'same'
  if (!mine && situation.phase === 'talking' && own.has(situation.answer?.target ?? '')) return 'yours'
  if (!mine && !line.phone) return 'noPhone'
  if (!mine && line.busy) return 'busy'
  return mode === 'whisper' && !somebodyElseTalks(situation, own) ? 'nobody' : null
}

function somebodyElseTalks({ phase, answer, room }: Situation, own: ReadonlySet<string>): boolean {
  const talking = phase === 'talking' && answer !== null && answer.endedAt === null && !own.has(answer.target)
  return talking || room.some((one) => !own.has(one))
}
