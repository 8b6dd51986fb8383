/** Which classification an incident may be closed with (docs/incident-states.md); the API decides, this only greys out. */
import type { Classification, Incident } from '@/api/types'

export const CLASSIFICATIONS: readonly Classification[] = [
  'entrapment',
  'fault_repair',
  'on_demand_maintenance',
  'complaint',
  'false_alarm',
  'test',
]

const ANSWERED = ['acknowledged', 'arrived', 'released', 'closed']

export function closable(incident: Pick<Incident, 'state' | 'released_at'>, kind: Classification): boolean {
  if (kind === 'entrapment') return incident.released_at !== null
  if (kind === 'fault_repair' || kind === 'on_demand_maintenance') return ANSWERED.includes(incident.state)
  return true
}
