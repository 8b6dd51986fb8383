/** Short names for what the API gives and takes; generated from docs/openapi.json. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Caller = Schemas['CallerOut']
export type Permission = Caller['permissions'][number]
export type Incident = Schemas['IncidentOut']
export type IncidentDetail = Schemas['IncidentDetail']
export type IncidentState = Incident['state']
export type Classification = NonNullable<Incident['classification']>
export type ApiNode = Schemas['NodeOut']
export type Call = Schemas['CallOut']
export type Recording = Schemas['RecordingOut']
export type Waveform = Schemas['WaveformOut']
export type Lift = Schemas['LiftOut']
export type LiftIn = Schemas['LiftIn']
export type LiftPatch = Schemas['LiftPatch']
export type LiftState = Schemas['LiftStateOut']
export type EffectivePlan = Schemas['EffectivePlanOut']
export type EffectiveTarget = Schemas['EffectiveTargetOut']
export type Organization = Schemas['OrganizationOut']
export type Person = Schemas['PersonOut']
export type Phone = Schemas['PhoneOut']
export type Plan = Schemas['PlanOut']
export type Shift = Schemas['ShiftOut']
export type ShiftIn = Schemas['ShiftIn']
export type Cause = Schemas['CauseOut']
export type ClosingIn = Schemas['ClosingIn']
export type ImportReport = Schemas['ReportOut']
export type Operator = Schemas['OperatorOut']
export type CallIn = Schemas['CallIn']
export type Statistics = Schemas['StatisticsOut']
/** Pictures and films of the cabin. Looked for in each incident, shown once the API gives any. */
export interface Media {
  id: number
  kind: string
  taken_at: string
  url: string
}
export type Role = 'property' | 'maintainer' | 'centre'
