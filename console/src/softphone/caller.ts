/** Who is on the softphone, as far as the console knows: which lift, which role. Pure. */
import type { Organization, Phone } from '@/api/types'
import type { BoardIncident } from '@/live/board'
import type { PhoneCall } from './phone'

export type CallerKind = 'alarm' | 'asked' | 'phone' | 'unknown'

export interface Caller {
  kind: CallerKind
  /** The lift or the phone by name; else what the other side shows. */
  name: string
  /** Whose phone it is: `property`, `maintainer`, `centre`. */
  role: string | null
  incident: BoardIncident | null
}

interface Known {
  incidents: readonly BoardIncident[]
  phones: readonly Phone[]
  organizations: ReadonlyMap<number, Organization>
}

/** An alarm is known by the lift's rescue number; an alarm of an unknown cabin by its caller's number. */
export function callerOf(call: PhoneCall, { incidents, phones, organizations }: Known): Caller {
  const incident = incidents.find((row) => (row.lift ? row.lift.rescue_no : row.caller) === call.number) ?? null
  if (call.purpose) return { kind: 'asked', name: incident?.lift?.name ?? '', role: null, incident }
  if (incident && call.incoming) return { kind: 'alarm', name: incident.lift?.name ?? call.who, role: null, incident }
  const phone = phones.find((one) => one.address === call.number)
  if (!phone) return { kind: 'unknown', name: call.who, role: null, incident: null }
  return { kind: 'phone', name: phone.label, role: organizations.get(phone.organization_id)?.kind ?? null, incident: null }
}
