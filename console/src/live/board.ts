/** The open incidents, as live events change them. Pure: takes events, gives the next board. */
import type { Incident, IncidentDetail } from '@/api/types'
import { type TimelineNode, byTime, fromApi, fromEvent, merged } from './nodes'
import { NOTHING, type PlanTier, type Situation, situationOf } from './situation'
import type { LiveEvent } from './stream'

export interface BoardIncident {
  id: number
  number: string
  lift: { device_code: string; rescue_no: string; name: string; address: string | null } | null
  caller: string | null
  state: Incident['state']
  origin: Incident['origin']
  centre_intervening: boolean
  abandoned: boolean
  classification: Incident['classification']
  raised_at: string
  acknowledged_at: string | null
  arrived_at: string | null
  released_at: string | null
  tiers: PlanTier[]
  nodes: TimelineNode[]
  situation: Situation
  /** Timeline and plan are here; until then the row shows only what the event told. */
  complete: boolean
}

export type Board = ReadonlyMap<number, BoardIncident>

export function fromIncident(row: Incident, known?: BoardIncident): BoardIncident {
  const { id, number, lift, caller, state, origin, centre_intervening, abandoned, classification } = row
  const { raised_at, acknowledged_at, arrived_at, released_at } = row
  const { tiers = [], nodes = [], situation = NOTHING, complete = false } = known ?? {}
  return {
    ...{ id, number, lift, caller, state, origin, centre_intervening, abandoned, classification },
    ...{ raised_at, acknowledged_at, arrived_at, released_at, tiers, nodes, situation, complete },
  }
}

/** Put what was fetched beside what live events have brought meanwhile; neither is lost. */
export function withDetail(known: BoardIncident | undefined, detail: IncidentDetail): BoardIncident {
  const tiers = (detail.plan as { tiers?: PlanTier[] }).tiers ?? []
  const fetched = detail.nodes.map((node) => fromApi(node, detail.calls)).sort(byTime)
  const nodes = merged(fetched, known?.nodes ?? [])
  return { ...fromIncident(detail), tiers, nodes, situation: situationOf(nodes, tiers), complete: true }
}

/** The board after an event, and whether the incident's timeline has to be fetched. */
export function after(board: Board, event: LiveEvent): { board: Board; fetch: number | null } {
  const { incident_id: id, payload } = event
  if (id === null) return { board, fetch: null }
  const known = board.get(id)
  if (event.type === 'node.appended') {
    if (!known) return { board, fetch: null } // not open: its timeline is looked at elsewhere
    return { board: put(board, withNode(known, fromEvent(payload))), fetch: null }
  }
  if (!event.type.startsWith('incident.')) return { board, fetch: null }
  const row = { ...known, ...(payload as object), id } as unknown as Incident
  if (row.state === 'closed') return { board: without(board, id), fetch: null }
  return { board: put(board, fromIncident(row, known)), fetch: known?.complete ? null : id }
}

function withNode(known: BoardIncident, node: TimelineNode): BoardIncident {
  const nodes = merged(known.nodes, [node])
  return nodes === known.nodes ? known : { ...known, nodes, situation: situationOf(nodes, known.tiers) }
}

export function put(board: Board, row: BoardIncident): Board {
  return new Map(board).set(row.id, row)
}

export function without(board: Board, id: number): Board {
  const rest = new Map(board)
  rest.delete(id)
  return rest
}
