/**
 * Where the softphone's account comes from: `POST /api/v1/softphone`.
 *
 * The answer is made for this log-in: a fresh password whose HA1 the switch knows, void when the log-in ends.
 * 404: this server has no softphone. 409: the user has no phone.
 */
import { requestHeaders } from '@/api/client'
import { problemOf } from '@/api/problem'

export interface SoftphoneAccount {
  /** SIP account on the switch. */
  account: string
  /** One of the two; HA1 = MD5(account:realm:password). */
  password?: string
  ha1?: string
  realm?: string
  /** `ws://…/ws` or `wss://…/ws` of the switch. */
  ws_url: string
}

/** Raises `Problem` as above. */
export async function fetchAccount(): Promise<SoftphoneAccount> {
  const response = await fetch('/api/v1/softphone', {
    method: 'POST',
    headers: requestHeaders('POST'),
    credentials: 'same-origin',
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as SoftphoneAccount
}

/** Kept for a reload of this tab, so that the phone is back at once; gone with the tab or the log-in. */
const KEY = 'liftline.softphone'

export function remember(user: number, account: SoftphoneAccount): void {
  sessionStorage.setItem(KEY, JSON.stringify({ user, account }))
}

export function remembered(user: number): SoftphoneAccount | null {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as { user: number; account: SoftphoneAccount } | null
  return kept?.user === user ? kept.account : null
}

export function forget(): void {
  sessionStorage.removeItem(KEY)
}
