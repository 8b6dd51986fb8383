/** The time by which the console counts: the switch's, as far as the answers' Date header tells. */
import { ref } from 'vue'

/** The header has whole seconds: a smaller difference says nothing. */
const TRUSTED_MS = 2_000
const TICK_MS = 250

let skew = 0

/** Epoch ms by the switch's clock, four times a second. */
export const now = ref(Date.now())

export function learnServerDate(header: string | null, local = Date.now()): void {
  const server = Date.parse(header ?? '')
  if (Number.isNaN(server)) return
  const difference = server - local
  skew = Math.abs(difference) > TRUSTED_MS ? difference : 0
}

export function serverNow(): number {
  return Date.now() + skew
}

if (typeof window !== 'undefined') window.setInterval(() => (now.value = serverNow()), TICK_MS)
