import { describe, expect, it } from 'vitest'

import type { IncidentDetail } from '@/api/types'
import { type Board, after, withDetail } from './board'
import { byUrgency, severityOf } from './severity'
import { NOTHING } from './situation'
import type { LiveEvent } from './stream'

const PAYLOAD = {
  ...{ number: '20261122-0001', state: 'raised', origin: 'press', caller: null },
  ...{ lift: { device_code: '31101', rescue_no: '300121', name: '阳光小区1号楼' }, centre_intervening: false },
  ...{ abandoned: false, classification: null, cause_code: null, raised_at: '2026-11-22T12:00:00Z' },
  ...{ acknowledged_at: null, arrived_at: null, released_at: null, closed_at: null },
}

function event(id: number, type: string, payload: object): LiveEvent {
  return { id, type, at: '2026-11-22T12:00:00Z', incident_id: 7, lift_id: 3, payload: payload as Record<string, unknown> }
}

const NODE = {
  ...{ id: 11, seq: 1, kind: 'alarm_raised', title: { zh: '', en: '' }, at: '2026-11-22T12:00:00Z', incident: '20261122-0001' },
  ...{ call: 'node1-1.1', switch_node: 'node1', tier: null, role: null, round: null, target: null, person: null },
  ...{ detail: {}, source: 'journal', corrects: null },
}

const EMPTY: Board = new Map()

describe('the board', () => {
  it('shows a new incident at once and asks for its timeline', () => {
    const { board, fetch } = after(EMPTY, event(1, 'incident.raised', PAYLOAD))
    expect(board.get(7)).toMatchObject({ number: '20261122-0001', state: 'raised', complete: false })
    expect(fetch).toBe(7)
  })

  it('follows the state and drops what is closed', () => {
    let { board } = after(EMPTY, event(1, 'incident.raised', PAYLOAD))
    board = after(board, event(2, 'incident.acknowledged', { ...PAYLOAD, state: 'acknowledged' })).board
    expect(board.get(7)?.state).toBe('acknowledged')
    board = after(board, event(3, 'incident.closed', { ...PAYLOAD, state: 'closed' })).board
    expect(board.size).toBe(0)
  })

  it('is the same after an event that comes twice', () => {
    let { board } = after(EMPTY, event(1, 'incident.raised', PAYLOAD))
    board = after(board, event(2, 'node.appended', NODE)).board
    expect(board.get(7)?.situation.phase).toBe('waiting')
    expect(after(board, event(2, 'node.appended', NODE)).board.get(7)).toBe(board.get(7))
  })

  it('keeps what live events brought while the timeline was fetched', () => {
    let { board } = after(EMPTY, event(1, 'incident.raised', PAYLOAD))
    board = after(board, event(2, 'node.appended', { ...NODE, id: 12, seq: 2, kind: 'nobody_answered' })).board
    const detail = {
      ...{ ...PAYLOAD, id: 7, lift: null, allowed: [], plan: { tiers: [{ role: 'property', ring_s: 15 }] }, calls: [] },
      ...{ recordings: [], nodes: [{ ...NODE, title: '', title_en: '', call_id: null, phone_id: null, corrects_id: null }] },
    } as unknown as IncidentDetail
    const row = withDetail(board.get(7), detail)
    expect(row.nodes.map((node) => node.id)).toEqual([11, 12])
    expect(row).toMatchObject({ complete: true, situation: { nobody: 1 } })
  })
})

describe('urgency', () => {
  const facts = { state: 'raised' as const, origin: 'press' as const, abandoned: false, raised_at: '2026-11-22T12:00:00Z' }
  const at = Date.parse(facts.raised_at)

  it('grows when nobody has it after 45 s', () => {
    expect(severityOf(facts, NOTHING, at + 44_000)).toBe('high')
    expect(severityOf(facts, NOTHING, at + 46_000)).toBe('critical')
    expect(severityOf(facts, { ...NOTHING, nobody: 1 }, at)).toBe('critical')
    expect(severityOf({ ...facts, state: 'acknowledged' }, NOTHING, at + 46_000)).toBe('medium')
  })

  it('rises again when the passenger presses again and nobody has it yet', () => {
    const again = { ...NOTHING, phase: 'ringing' as const, presses: 2 }
    expect(severityOf({ ...facts, state: 'arrived' }, again, at)).toBe('high')
  })

  it('puts detected entrapments before other alarms, then who waits longest', () => {
    const rows = [
      { severity: 'critical' as const, origin: 'press' as const, raisedAt: 2 },
      { severity: 'critical' as const, origin: 'press' as const, raisedAt: 1 },
      { severity: 'low' as const, origin: 'sensor' as const, raisedAt: 0 },
      { severity: 'critical' as const, origin: 'sensor' as const, raisedAt: 9 },
    ]
    expect(rows.sort(byUrgency).map((row) => row.raisedAt)).toEqual([9, 1, 2, 0])
  })
})
