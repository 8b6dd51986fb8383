/** What the API says when it refuses (RFC 9457), as one error class for the whole console. */

export interface Finding {
  pointer?: string
  detail?: string
}

interface Document {
  type?: string
  title?: string
  detail?: string
  status?: number
  errors?: Finding[]
  [extra: string]: unknown
}

export class Problem extends Error {
  /** Stable id, the part of `type` after `urn:liftline:problem:`; `unreachable` when nothing answered. */
  readonly id: string
  readonly status: number
  readonly document: Document

  constructor(document: Document, status: number) {
    super(sentence(document))
    this.id = (document.type ?? '').replace('urn:liftline:problem:', '') || 'unknown'
    this.status = status
    this.document = document
  }

  /** Findings by field name, for forms: `/cabin/address` is `cabin.address`. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {}
    for (const { pointer, detail } of this.document.errors ?? []) {
      const name = (pointer ?? '').replace(/^#?\//, '').replaceAll('/', '.')
      if (name && detail) found[name] ??= detail
    }
    return found
  }

  /** Seconds until another try makes sense; null when the answer names none. */
  retryAfter: number | null = null
}

function sentence(document: Document): string {
  const findings = (document.errors ?? []).map((finding) => finding.detail).filter(Boolean)
  return [document.detail ?? document.title ?? 'error', ...findings].join(' ')
}

/** A problem from a response that is not one of ours, or that cannot be read. */
export async function problemOf(response: Response): Promise<Problem> {
  const document = (await response.json().catch(() => ({}))) as Document
  const problem = new Problem({ title: `HTTP ${response.status}`, ...document }, response.status)
  const seconds = Number(response.headers.get('Retry-After'))
  problem.retryAfter = seconds > 0 ? seconds : null
  return problem
}

export function unreachable(): Problem {
  return new Problem({ type: 'urn:liftline:problem:unreachable', title: 'unreachable' }, 0)
}
