/** The softphone's own ring, apart from the alarm's chime: one second of 425 and 480 Hz, four seconds of quiet. */
import { playTones } from './chime'

const EVERY_MS = 5_000
let timer: ReturnType<typeof setInterval> | undefined

export function ring(on: boolean): void {
  clearInterval(timer)
  timer = undefined
  if (!on) return
  once()
  timer = setInterval(once, EVERY_MS)
}

function once(): void {
  playTones([
    { hertz: 425, at: 0, seconds: 1 },
    { hertz: 480, at: 0, seconds: 1 },
  ])
}
