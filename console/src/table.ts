/** Tables as files: CSV that spreadsheet programs open with Chinese and without running anything. */

const BOM = '\ufeff'

export function csv(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return BOM + rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value)
  // A leading = + - @ would be run as a formula; digits of 16 and more would lose their last ones.
  const safe = /^[=+@\t\r]|^-\D/.test(text) ? `'${text}` : /^\d{16,}$/.test(text) ? `\t${text}` : text
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
