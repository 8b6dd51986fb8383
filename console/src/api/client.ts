/** The typed client. The session is an HttpOnly cookie; changes carry the CSRF token of the log-in. */
import createClient, { type Middleware } from 'openapi-fetch'

import type { paths } from './schema'
import { Problem, problemOf, unreachable } from './problem'

const TIMEOUT_MS = 35_000 // the API answers for itself after 30 s
const SAFE = new Set(['GET', 'HEAD'])

let csrf = ''
let language = 'zh'
let onSignedOut: () => void = () => undefined

export function useCsrf(token: string | null | undefined): void {
  csrf = token ?? ''
}

export function useLanguage(tag: string): void {
  language = tag
}

/** Called when the API says that the session has ended. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback
}

export function signedOut(): void {
  onSignedOut()
}

export function requestHeaders(method: string): Record<string, string> {
  return { 'Accept-Language': language, ...(SAFE.has(method) ? {} : { 'X-CSRF-Token': csrf }) }
}

const headers: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method))) request.headers.set(name, value)
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return
    const problem = await problemOf(response)
    if (problem.status === 401 && !schemaPath.startsWith('/api/v1/auth/')) onSignedOut()
    throw problem
  },
  onError({ error }) {
    return error instanceof Problem ? error : unreachable()
  },
}

export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  credentials: 'same-origin',
  fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) }),
})
api.use(headers)

/** The data of an answer; errors have been thrown as `Problem` by then. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T
}

interface PageOf<T> {
  items: T[]
  next_cursor?: string | null
}

/** All rows of a list, page by page, `most` at the most. */
export async function everything<T>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ data?: PageOf<T> }>,
  most = 5000,
): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | undefined
  do {
    const found = await data(page({ limit: 500, ...(cursor ? { cursor } : {}) }))
    rows.push(...found.items)
    cursor = found.next_cursor ?? undefined
  } while (cursor && rows.length < most)
  return rows
}
