/** How a long timeline is shown: rounds in which nobody answered fold into one line. Pure. */
import type { TimelineNode } from './nodes'

export type Item = { kind: 'node'; node: TimelineNode } | { kind: 'rounds'; id: number; rounds: number; nodes: TimelineNode[] }

/** What a round without an answer consists of. Anything else breaks the fold: nothing that matters is hidden. */
const FRUITLESS = new Set(['round_started', 'tier_started', 'leg_dialled', 'leg_ringing', 'leg_failed', 'tier_finished', 'nobody_answered'])

/** What people look for first; the rest is the switch's bookkeeping. */
const MINOR = new Set([
  ...['recording_started', 'recording_finished', 'round_started', 'leg_dialled', 'leg_ringing', 'leg_answered', 'tier_finished'],
  ...['hold_started', 'hold_ended', 'recording_checked', 'key_pressed', 'room_left', 'cabin_called'],
])

export function mainOnly(nodes: readonly TimelineNode[]): TimelineNode[] {
  return nodes.filter((node) => !MINOR.has(node.kind))
}

/** Fold every fruitless round but the first and the last of a call. */
export function folded(nodes: readonly TimelineNode[]): Item[] {
  const rounds = roundsOf(nodes)
  const items: Item[] = []
  let hidden: TimelineNode[][] = []
  const flush = () => {
    // One round is as short as the line that would stand for it.
    const [first] = hidden[0] ?? []
    if (first && hidden.length > 1) items.push({ kind: 'rounds', id: first.id, rounds: hidden.length, nodes: hidden.flat() })
    else for (const node of hidden.flat()) items.push({ kind: 'node', node })
    hidden = []
  }
  rounds.forEach((round, index) => {
    if (fruitless(round) && fruitless(rounds[index - 1]) && fruitless(rounds[index + 1])) hidden.push(round)
    else {
      flush()
      for (const node of round) items.push({ kind: 'node', node })
    }
  })
  flush()
  return items
}

/**
 * Milliseconds that each phone rang, by the id of the node that ended its ringing. The node's own `ring_ms` is how long
 * it took until the phone began to ring; a phone whose ringing was not seen began that long after it was called.
 */
export function rang(nodes: readonly TimelineNode[]): Map<number, number> {
  const began = new Map<string, { called: number; rings: number | null }>()
  const found = new Map<number, number>()
  for (const node of nodes) {
    if (!node.target) continue
    const at = Date.parse(node.at)
    const leg = began.get(node.target)
    if (node.kind === 'leg_dialled') began.set(node.target, { called: at, rings: null })
    else if (node.kind === 'leg_ringing' && leg) leg.rings = at
    else if ((node.kind === 'leg_failed' || node.kind === 'leg_answered') && leg) {
      const before = node.detail.ring_ms
      const rings = leg.rings ?? (typeof before === 'number' ? leg.called + before : null)
      if (rings !== null) found.set(node.id, Math.max(0, at - rings))
      began.delete(node.target)
    }
  }
  return found
}

function roundsOf(nodes: readonly TimelineNode[]): TimelineNode[][] {
  const rounds: TimelineNode[][] = [[]]
  for (const node of nodes) {
    // What comes after the last round, an end or a person's click, stands by itself.
    if (node.kind === 'round_started' || !FRUITLESS.has(node.kind)) rounds.push([])
    rounds.at(-1)?.push(node)
  }
  return rounds.filter((round) => round.length > 0)
}

function fruitless(round: readonly TimelineNode[] | undefined): boolean {
  return round !== undefined && round[0]?.kind === 'round_started' && round.every((node) => FRUITLESS.has(node.kind))
}
