/** Response nodes as the console keeps them: the same shape from the timeline (REST) and from live events. */
import type { ApiNode, Call, Role } from '@/api/types'

export interface TimelineNode {
  id: number
  seq: number
  kind: string
  title: { zh: string; en: string }
  at: string
  /** Linked id of the call; null when the node belongs to no call. */
  call: string | null
  tier: number | null
  role: Role | null
  round: number | null
  target: string | null
  phoneId: number | null
  personId: number | null
  userId: number | null
  /** Name of the person, else label of the phone, else name of the user. */
  person: string | null
  detail: Record<string, unknown>
  source: string
  corrects: number | null
}

export function fromApi(node: ApiNode, calls: Call[]): TimelineNode {
  return {
    id: node.id,
    seq: node.seq,
    kind: node.kind,
    title: { zh: node.title, en: node.title_en },
    at: node.at,
    call: calls.find((call) => call.id === node.call_id)?.call_id ?? null,
    tier: node.tier,
    role: node.role,
    round: node.round,
    target: node.target,
    phoneId: node.phone_id,
    personId: node.person_id,
    userId: node.user_id,
    person: node.who,
    detail: node.detail,
    source: node.source,
    corrects: node.corrects_id,
  }
}

/** The payload of `node.appended`. */
export function fromEvent(payload: Record<string, unknown>): TimelineNode {
  const node = payload as unknown as Omit<TimelineNode, 'phoneId' | 'personId' | 'userId'>
  return { ...node, phoneId: null, personId: null, userId: null, detail: node.detail ?? {} }
}

/** By the switch's time; nodes of the same microsecond in the order of recording. */
export function byTime(a: TimelineNode, b: TimelineNode): number {
  return Date.parse(a.at) - Date.parse(b.at) || a.at.localeCompare(b.at) || a.seq - b.seq
}

/**
 * Both lists as one timeline: each node once, the first list's version wins.
 *
 * A node that comes late (a journal collected after a crash) lands where its time says.
 */
export function merged(known: TimelineNode[], more: TimelineNode[]): TimelineNode[] {
  const seen = new Set(known.map((node) => node.id))
  const fresh = more.filter((node) => !seen.has(node.id))
  return fresh.length === 0 ? known : [...known, ...fresh].sort(byTime)
}
