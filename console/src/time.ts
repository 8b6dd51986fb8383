/** Times as people read them: Asia/Shanghai, whatever the computer's zone is. */

const ZONE = 'Asia/Shanghai'
const OFFSET = '+08:00' // without daylight saving since 1991

const PARTS = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

/** `2026-11-22 19:56:03,893`, in parts. */
function text(at: string | number): string {
  return PARTS.format(new Date(at))
}

/** `2026-11-22 19:56:03` */
export function dateTime(at: string | number | null | undefined): string {
  return at === null || at === undefined ? '—' : text(at).slice(0, 19)
}

/** `11-22 19:56:03` */
export function shortDateTime(at: string | number | null | undefined): string {
  return at === null || at === undefined ? '—' : text(at).slice(5, 19)
}

/** `19:56:03.893` */
export function clockMs(at: string | number): string {
  return text(at).slice(11, 23).replace(',', '.')
}

/** `19:56:03` */
export function clock(at: string | number): string {
  return text(at).slice(11, 19)
}

/** `2026-11-22` */
export function day(at: string | number): string {
  return text(at).slice(0, 10)
}

/** `0:07`, `12:34`, `1:02:03`; negative counts as nothing. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const padded = String(rest).padStart(2, '0')
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`
}

/** What a date picker gives (`2026-11-22 08:00:00`, meant in Shanghai) → RFC 3339. */
export function fromPicker(value: string): string {
  return `${value.replace(' ', 'T')}${OFFSET}`
}

/** RFC 3339 → what a date picker takes. */
export function toPicker(at: string): string {
  return dateTime(at)
}

/** Midnight in Shanghai of a day `YYYY-MM-DD`, epoch ms. */
export function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00${OFFSET}`)
}
