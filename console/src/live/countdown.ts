/** The countdown beside a ringing tier. */
import type { Ringing, Situation } from './situation'

export interface Countdown {
  /** Whole seconds left, rounded up: 15 at the first moment, 0 when the time is over. Null: rings until answered. */
  left: number | null
  /** Whole seconds rung so far. */
  rung: number
  /** Part of the time that is over, 0 … 1; 0 when there is no limit. */
  part: number
}

/** `now`: epoch ms by the switch's clock (`clock.ts`). A clock that runs behind never shows more than the limit. */
export function countdown(leg: Ringing, now: number): Countdown {
  const elapsed = Math.max(0, (now - leg.since) / 1000)
  if (leg.limitS === null) return { left: null, rung: Math.floor(elapsed), part: 0 }
  const left = Math.max(0, leg.limitS - elapsed)
  return { left: Math.ceil(left), rung: Math.floor(elapsed), part: Math.min(1, elapsed / leg.limitS) }
}

/** The leg that decides when the tier is over: the one that rings longest. */
export function deciding(situation: Situation): Ringing | null {
  const current = situation.ringing.filter((leg) => leg.tier === situation.tier)
  const legs = current.length > 0 ? current : situation.ringing
  return legs.reduce<Ringing | null>((best, leg) => (best === null || end(leg) > end(best) ? leg : best), null)
}

function end(leg: Ringing): number {
  return leg.limitS === null ? Infinity : leg.since + leg.limitS * 1000
}
