/** A week of the rota as bars, and the shifts a repeated one stands for. Pure. */
import type { Shift, ShiftIn } from '@/api/types'

export const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS
const SHANGHAI_MS = 8 * 3_600_000

/** Monday 0:00 in Shanghai of the week that holds the moment; epoch ms. */
export function weekOf(at: number): number {
  const local = at + SHANGHAI_MS
  const weekday = (new Date(local).getUTCDay() + 6) % 7
  return Math.floor(local / DAY_MS) * DAY_MS - weekday * DAY_MS - SHANGHAI_MS
}

export interface Bar {
  shift: Shift
  /** Percent of the week. */
  left: number
  width: number
  /** Line inside the phone's row: shifts that overlap lie below each other. */
  lane: number
}

export interface Row {
  phone: number
  bars: Bar[]
  lanes: number
}

/** The shifts of a week by phone; a phone without any has an empty row. */
export function rowsOf(shifts: readonly Shift[], phones: readonly number[], week: number): Row[] {
  return phones.map((phone) => {
    const ends: number[] = []
    const bars = shifts
      .filter((shift) => shift.phone_id === phone && overlaps(shift, week))
      .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))
      .map((shift) => {
        const from = Math.max(Date.parse(shift.starts_at), week)
        const to = Math.min(Date.parse(shift.ends_at), week + WEEK_MS)
        const free = ends.findIndex((end) => end <= from)
        const lane = free === -1 ? ends.length : free
        ends[lane] = to
        return { shift, left: ((from - week) / WEEK_MS) * 100, width: ((to - from) / WEEK_MS) * 100, lane }
      })
    return { phone, bars, lanes: Math.max(1, ends.length) }
  })
}

function overlaps(shift: Shift, week: number): boolean {
  return Date.parse(shift.starts_at) < week + WEEK_MS && Date.parse(shift.ends_at) > week
}

/** The gaps of a week in which nobody is on duty, epoch ms; `from` ≤ time < `to`. */
export function gapsOf(shifts: readonly Shift[], week: number): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = []
  let covered = week
  const sorted = shifts.filter((shift) => overlaps(shift, week)).sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))
  for (const shift of sorted) {
    const from = Date.parse(shift.starts_at)
    if (from > covered) gaps.push({ from: covered, to: from })
    covered = Math.max(covered, Date.parse(shift.ends_at))
  }
  if (covered < week + WEEK_MS) gaps.push({ from: covered, to: week + WEEK_MS })
  return gaps
}

export type Repeat = 'none' | 'daily' | 'weekly'

/** One shift, or the same at the same hours for several days or weeks (Shanghai has no daylight saving). */
export function repeated(first: ShiftIn, repeat: Repeat, times: number): ShiftIn[] {
  if (repeat === 'none') return [first]
  const step = repeat === 'daily' ? DAY_MS : WEEK_MS
  return Array.from({ length: times }, (_, index) => ({
    ...first,
    starts_at: later(first.starts_at, index * step),
    ends_at: later(first.ends_at, index * step),
  }))
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString()
}
