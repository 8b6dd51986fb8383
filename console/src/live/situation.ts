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
  role: Role | null
  at: number
  /** Epoch ms of the end of the talk; null while it lasts. */
  endedAt: number | null
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
  callback: { who: string; since: number; answered: boolean } | null
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
  callback: null,
  endedAt: null,
}

/** The whole timeline, reduced. Nodes must be in order (`byTime`). */
export function situationOf(nodes: readonly TimelineNode[], tiers: readonly PlanTier[]): Situation {
  return nodes.reduce((before, node) => next(before, node, tiers), NOTHING)
}

export function next(before: Situation, node: TimelineNode, tiers: readonly PlanTier[]): Situation {
  const at = Date.parse(node.at)
  if (node.kind.startsWith('callback_')) return { ...before, callback: callbackAfter(before, node, at) }
  // An older call of the incident may still write (its recording ends late): it no longer decides.
  if (node.kind !== 'alarm_raised' && node.call !== null && before.call !== null && node.call !== before.call)
    return before
  switch (node.kind) {
    case 'alarm_raised':
      return {
        ...NOTHING,
        phase: 'waiting',
        call: node.call,
        presses: before.presses + (node.detail.resumes ? 0 : 1),
        nobody: before.nobody,
        callback: before.callback,
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
      return {
        ...before,
        phase: 'talking',
        tier: node.tier ?? before.tier,
        role: node.role ?? before.role,
        ringing: [],
        answer: { target: node.target ?? '', role: node.role, at, endedAt: null },
      }
    case 'nobody_answered':
      return { ...before, nobody: before.nobody + 1 }
    case 'talk_ended':
      return { ...before, phase: 'held', answer: before.answer && { ...before.answer, endedAt: at } }
    case 'hold_started':
      return { ...before, phase: 'held' }
    case 'call_ended':
    case 'call_interrupted':
      return {
        ...before,
        phase: 'ended',
        ringing: [],
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

function callbackAfter(before: Situation, node: TimelineNode, at: number): Situation['callback'] {
  const who = String(node.detail.caller ?? before.callback?.who ?? '')
  if (node.kind === 'callback_started') return { who, since: at, answered: false }
  if (node.kind === 'callback_answered') return { who, since: before.callback?.since ?? at, answered: true }
  return null
}
