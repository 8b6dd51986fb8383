/** Keys as commands: not while somebody writes, not in a dialog, not with Ctrl, Alt or Meta. */

const WRITING = 'input, textarea, select, [contenteditable], [role=dialog], [role=listbox]'

/** The key in lower case, or nothing when it is not meant as a command. */
export function keyOf(event: KeyboardEvent): string {
  const target = event.target instanceof Element ? event.target : null
  return event.ctrlKey || event.altKey || event.metaKey || event.repeat || target?.closest(WRITING) ? '' : event.key.toLowerCase()
}
