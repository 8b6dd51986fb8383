/** How much an open incident needs somebody, and the order of the board. Pure. */
import type { Incident } from '@/api/types'
import type { Situation } from './situation'

/** Without acknowledgement for this long the call belongs elsewhere (ASME A17.1), so it is shown as critical. */
export const UNACKNOWLEDGED_S = 45

export type Severity = 'critical' | 'high' | 'medium' | 'low'

type Facts = Pick<Incident, 'state' | 'origin' | 'abandoned' | 'raised_at'>

const RANK: Record<Severity, number> = { critical: 0, high: 1, medium: 2, low: 3 }

export function severityOf(incident: Facts, situation: Situation, now: number): Severity {
  switch (incident.state) {
    case 'raised': {
      if (situation.phase === 'talking') return 'high'
      const late = now - Date.parse(incident.raised_at) > UNACKNOWLEDGED_S * 1000
      return late || situation.nobody > 0 || incident.abandoned || incident.origin === 'sensor' ? 'critical' : 'high'
    }
    case 'acknowledged':
    case 'arrived':
      // Pressed again, and nobody has it yet: the first answer was not the end of it.
      return unanswered(situation) ? 'high' : 'medium'
    default:
      return 'low'
  }
}

/** A call of the cabin runs and nobody talks with the passenger. */
export function unanswered(situation: Situation): boolean {
  return situation.phase === 'waiting' || situation.phase === 'ringing'
}

interface Ranked {
  severity: Severity
  origin: Incident['origin']
  raisedAt: number
}

/** Most severe first; of these the detected entrapments, then whoever waits longest. */
export function byUrgency(a: Ranked, b: Ranked): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    Number(b.origin === 'sensor') - Number(a.origin === 'sensor') ||
    a.raisedAt - b.raisedAt
  )
}
