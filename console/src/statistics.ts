/** Numbers behind the overview's plots. Pure. */
import type { IncidentDetail, Role } from '@/api/types'
import { DAY_MS } from '@/rota'
import { day } from '@/time'

export const ROLES: readonly Role[] = ['property', 'maintainer', 'centre']

type Timeline = Pick<IncidentDetail, 'nodes'>

/** Seconds from the beginning of a tier to the answer on it, by role: how long it rings until somebody has it. */
export function answerTimes(incidents: readonly Timeline[]): Record<Role, number[]> {
  const times: Record<Role, number[]> = { property: [], maintainer: [], centre: [] }
  for (const { nodes } of incidents) {
    for (const answer of nodes.filter((node) => node.kind === 'leg_accepted' && node.role)) {
      const started = nodes
        .filter((node) => node.kind === 'tier_started' && node.role === answer.role && node.call_id === answer.call_id)
        .map((node) => Date.parse(node.at))
        .filter((at) => at <= Date.parse(answer.at))
      if (answer.role && started.length > 0) times[answer.role].push((Date.parse(answer.at) - Math.max(...started)) / 1000)
    }
  }
  return times
}

/** The value below which `part` of the values lie (nearest rank); null without values. */
export function quantile(values: readonly number[], part: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null
}

/** How many of the values are at most `limit`, 0 … 1; null without values. */
export function within(values: readonly number[], limit: number): number | null {
  return values.length === 0 ? null : values.filter((value) => value <= limit).length / values.length
}

/** Counts by day in Shanghai for the last `days` days, oldest first; days without any are 0. */
export function perDay(times: readonly string[], days: number, now: number): { day: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const at of times) counts.set(day(at), (counts.get(day(at)) ?? 0) + 1)
  return Array.from({ length: days }, (_, index) => {
    const date = day(now - (days - 1 - index) * DAY_MS)
    return { day: date, count: counts.get(date) ?? 0 }
  })
}
