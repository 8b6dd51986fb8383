/** From response nodes to what is happening: which tier rings, since when, who has it. Pure; knows no clock. */
import type { Role } from '@/api/types'
import type { TimelineNode } from './nodes'

export type Phase =
  | 'none' // no call: raised by a sensor
  | 'waiting' // between tiers or rounds: nobody rings
  | 'ringing'
  | 'talking'
  | 'held' // the other side hung up; the cabin's line is held for a callback
  | 'ended'

export interface Ringing {
  target: string
  tier: number | null
  role: Role | null
  /** When it was dialled, epoch ms. */
  since: number
  /** Seconds after which the switch gives it up; null: until answered. */
  limitS: number | null
}

export interface Answer {
  target: string
  /** Their name, where the node tells it. */
  who: string | null
  role: Role | null
  at: number
  /** Epoch ms of the end of the talk; null while it lasts. */
  endedAt: number | null
}

export type Mode = 'listen' | 'whisper' | 'join' | 'take_over'

export interface OnAlarm {
  /** Unique id of the operator's line: what the API is told to change or end. */
  leg: string
  target: string
  who: string | null
  mode: Mode
  since: number
}

export interface SideCall {
  key: string
  /** Into the cabin, to a person alone, or a third party for the running alarm. */
  kind: 'cabin' | 'person' | 'third'
  /** Account or number of who calls. */
  who: string
  /** Dial string of who is called; null for the cabin. */
  target: string | null
  since: number
  answered: boolean
}

export interface Situation {
  phase: Phase
  call: string | null
  round: number
  tier: number | null
  role: Role | null
  ringing: Ringing[]
  answer: Answer | null
  /** Rounds in which nobody answered on any tier. */
  nobody: number
  presses: number
  /** Operators of the centre who listen, whisper, have joined or taken over. */
  operators: OnAlarm[]
  /** Who is in the conversation of more than two with the passenger, by dial string. */
  room: string[]
  /** Calls about the incident that run beside the alarm, or into it. */
  calls: SideCall[]
  endedAt: number | null
}

export interface PlanTier {
  role: Role
  ring_s: number
}

export const NOTHING: Situation = {
  phase: 'none',
  call: null,
  round: 0,
  tier: null,
  role: null,
  ringing: [],
  answer: null,
  nobody: 0,
  presses: 0,
  operators: [],
  room: [],
  calls: [],
  endedAt: null,
}

/** What begins an alarm's call: a press, or what sensors saw. */
const BEGINNINGS = new Set(['alarm_raised', 'automatic_call'])

/** The whole timeline, reduced. Nodes must be in order (`byTime`). */
export function situationOf(nodes: readonly TimelineNode[], tiers: readonly PlanTier[]): Situation {
  return nodes.reduce((before, node) => next(before, node, tiers), NOTHING)
}

export function next(before: Situation, node: TimelineNode, tiers: readonly PlanTier[]): Situation {
  const at = Date.parse(node.at)
  if (node.kind.startsWith('callback_')) {
    const after = { ...before, calls: callsAfter(before.calls, node, at) }
    // Whoever calls into a running alarm that nobody has, has it.
    return node.kind === 'callback_joined' && before.phase !== 'talking' ? taken(after, node, at) : after
  }
  // An older call of the incident may still write (its recording ends late): it no longer decides.
  if (!BEGINNINGS.has(node.kind) && node.call !== null && before.call !== null && node.call !== before.call)
    return before
  switch (node.kind) {
    case 'alarm_raised':
    case 'automatic_call':
      return {
        ...NOTHING,
        phase: 'waiting',
        call: node.call,
        presses: before.presses + (node.kind === 'automatic_call' || node.detail.resumes ? 0 : 1),
        nobody: before.nobody,
        calls: before.calls,
      }
    case 'round_started':
      return { ...before, round: node.round ?? before.round + 1 }
    case 'tier_started':
      return ring(before, node, targetsOf(node, tiers, at))
    case 'leg_dialled':
      return ring(before, node, [legOf(before, node, tiers, at)])
    case 'leg_failed':
    case 'leg_taken':
      return quiet(before, (leg) => leg.target !== node.target)
    case 'tier_finished':
      return quiet(before, (leg) => leg.tier !== node.tier)
    case 'leg_accepted':
      return { ...taken(before, node, at), tier: node.tier ?? before.tier, role: node.role ?? before.role }
    case 'intervention_started':
    case 'intervention_changed':
      return intervened(before, node, at)
    case 'intervention_ended':
      return { ...before, operators: before.operators.filter((one) => one.leg !== node.detail.leg) }
    case 'room_entered':
      return { ...before, room: [...before.room.filter((one) => one !== node.target), node.target ?? ''] }
    case 'room_left':
      return left(before, node, at)
    case 'person_lost':
      // Out of the room they also leave it; alone with the passenger this is all that is said.
      return before.room.length > 0 ? before : alone(before, at)
    case 'nobody_answered':
      return { ...before, nobody: before.nobody + 1 }
    case 'talk_ended':
      return { ...before, phase: 'held', answer: before.answer && { ...before.answer, endedAt: before.answer.endedAt ?? at } }
    case 'hold_started':
      return { ...before, phase: 'held' }
    case 'call_ended':
    case 'call_interrupted':
      return {
        ...before,
        phase: 'ended',
        ringing: [],
        operators: [],
        room: [],
        // Who was brought in goes with the call; the switch may have no time left to say so.
        calls: before.calls.filter((one) => one.kind !== 'third'),
        endedAt: at,
        answer: before.answer && { ...before.answer, endedAt: before.answer.endedAt ?? at },
      }
    default:
      return before
  }
}

function ring(before: Situation, node: TimelineNode, legs: Ringing[]): Situation {
  // Once somebody talks, a leg that still reports does not make the alarm ring again.
  if (before.phase === 'talking' || before.phase === 'ended') return before
  const others = before.ringing.filter((leg) => !legs.some((one) => one.target === leg.target))
  return {
    ...before,
    phase: 'ringing',
    tier: node.tier ?? before.tier,
    role: node.role ?? before.role,
    round: node.round ?? before.round,
    ringing: [...others, ...legs],
  }
}

function quiet(before: Situation, keep: (leg: Ringing) => boolean): Situation {
  const ringing = before.ringing.filter(keep)
  const silent = ringing.length === 0 && before.phase === 'ringing'
  const last = ringing.at(-1)
  return {
    ...before,
    ringing,
    phase: silent ? 'waiting' : before.phase,
    ...(last && before.phase === 'ringing' ? { tier: last.tier, role: last.role } : {}),
  }
}

/** `tier_started` names whom it rings as `accept:allowance:address`, joined by `&`. */
function targetsOf(node: TimelineNode, tiers: readonly PlanTier[], at: number): Ringing[] {
  return String(node.detail.targets ?? '')
    .split('&')
    .filter(Boolean)
    .map((text) => {
      const [, allowance, ...address] = text.split(':')
      return {
        target: address.join(':'),
        tier: node.tier,
        role: node.role,
        since: at,
        limitS: limit(node, tiers, Number(allowance) || 0),
      }
    })
}

function legOf(before: Situation, node: TimelineNode, tiers: readonly PlanTier[], at: number): Ringing {
  const announced = before.ringing.find((leg) => leg.target === node.target)
  return {
    target: node.target ?? '',
    tier: node.tier,
    role: node.role,
    since: at,
    limitS: announced ? announced.limitS : limit(node, tiers, 0),
  }
}

/** The centre rings until it answers; the others for their ring time and what the carrier may need before. */
function limit(node: TimelineNode, tiers: readonly PlanTier[], allowanceS: number): number | null {
  if (node.role === 'centre') return null
  const planned = node.tier === null ? undefined : tiers[node.tier - 1]
  return (planned?.ring_s ?? 15) + allowanceS
}

function intervened(before: Situation, node: TimelineNode, at: number): Situation {
  const { leg, mode } = node.detail as { leg: string; mode: Mode }
  const known = before.operators.find((one) => one.leg === leg)
  const one = { leg, mode, target: node.target ?? '', who: node.person, since: known?.since ?? at }
  const operators = [...before.operators.filter((other) => other.leg !== leg), one]
  return mode === 'take_over' ? taken({ ...before, operators }, node, at) : { ...before, operators }
}

function taken(before: Situation, node: TimelineNode, at: number): Situation {
  const answer = { target: node.target ?? '', who: node.person, role: node.role, at, endedAt: null }
  return { ...before, phase: 'talking', ringing: [], answer }
}

function left(before: Situation, node: TimelineNode, at: number): Situation {
  const room = before.room.filter((one) => one !== node.target)
  if (room.length > 0) return { ...before, room }
  return alone({ ...before, room }, at)
}

/** Nobody speaks with the passenger any more: what comes next, a closing or another round, is told by the next node. */
function alone(before: Situation, at: number): Situation {
  if (before.phase !== 'talking') return before
  return { ...before, phase: 'waiting', answer: before.answer && { ...before.answer, endedAt: at } }
}

function callsAfter(before: SideCall[], node: TimelineNode, at: number): SideCall[] {
  const { detail } = node
  // A third party's records are written on the alarm's own call, the others' on a call of their own.
  const key = detail.kind === 'third' ? `third ${node.target ?? detail.target}` : (node.call ?? String(detail.caller))
  const others = before.filter((one) => one.key !== key)
  const known = before.find((one) => one.key === key)
  if (node.kind === 'callback_ended' || node.kind === 'callback_refused') return others
  if (node.kind === 'callback_started') {
    const kind = (detail.kind ?? 'cabin') as SideCall['kind']
    const target = kind === 'cabin' ? null : (node.target ?? String(detail.target ?? ''))
    return [...others, { key, kind, who: String(detail.caller ?? ''), target, since: at, answered: false }]
  }
  return known ? [...others, { ...known, answered: true }] : before
}
