/** A SIP phone in the browser: JsSIP behind the few words the bar needs. One call at a time. */
import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from 'jssip/lib/UA'

import type { SoftphoneAccount } from './account'

export type Registration = 'registering' | 'registered' | 'unregistered' | 'failed'

export interface PhoneCall {
  /** Name that the other side shows, and its number: of an alarm the lift's rescue number. */
  who: string
  number: string
  /** Why the switch calls: `listen`, `cabin` … for what this person has clicked; empty for all others. */
  purpose: string
  incoming: boolean
  /** Epoch ms; null until it is answered. */
  answeredAt: number | null
  muted: boolean
  held: boolean
}

export interface PhoneEvents {
  onRegistration(state: Registration, reason: string): void
  /** The call as it is now, or null when there is none. */
  onCall(call: PhoneCall | null): void
}

/** A browser that dies is not rung for longer than this: the registration runs out. */
const REGISTER_S = 60

/** Refusals until it is said, and the longest pause between two tries. */
const PATIENCE = 4
const LONGEST_RETRY_MS = 5_000

/** Header of the calls that the switch makes for a click (`switch/control.py`). */
const PURPOSE = 'X-Liftline-Call'

/** No host but the switch itself: candidates of the own machine reach it wherever the page came from. */
const MEDIA = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } }

export class Phone {
  private readonly ua: JsSIP.UA
  private session: RTCSession | null = null
  private readonly audio = new Audio()
  private answeredAt: number | null = null
  private purpose = ''
  private refusals = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    account: SoftphoneAccount,
    private readonly events: PhoneEvents,
  ) {
    this.audio.autoplay = true
    const socket = new JsSIP.WebSocketInterface(account.ws_url)
    this.ua = new JsSIP.UA({
      sockets: [socket],
      uri: `sip:${account.account}@${new URL(account.ws_url).hostname}`,
      ...(account.ha1 ? { ha1: account.ha1, realm: account.realm ?? 'liftline' } : { password: account.password ?? '' }),
      register_expires: REGISTER_S,
      session_timers: false,
      user_agent: 'Liftline console',
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 10,
    })
    this.ua.on('registered', () => {
      this.refusals = 0
      events.onRegistration('registered', '')
    })
    this.ua.on('unregistered', () => events.onRegistration('unregistered', ''))
    this.ua.on('disconnected', () => events.onRegistration('unregistered', ''))
    this.ua.on('connecting', () => events.onRegistration('registering', ''))
    this.ua.on('registrationFailed', ({ cause }) => this.again(String(cause ?? '')))
    this.ua.on('newRTCSession', (event: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
      this.take(event.session, event.originator === 'remote' ? (event.request.getHeader(PURPOSE) ?? '') : '')
    })
  }

  start(): void {
    this.ua.start()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.ua.stop()
  }

  call(number: string): void {
    if (!this.session) this.ua.call(number, MEDIA)
  }

  answer(): void {
    if (this.session?.direction === 'incoming' && this.answeredAt === null) this.session.answer(MEDIA)
  }

  hangup(): void {
    this.session?.terminate()
  }

  setMuted(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
    this.tell()
  }

  setHeld(held: boolean): void {
    if (held) this.session?.hold()
    else this.session?.unhold()
  }

  key(digit: string): void {
    this.session?.sendDTMF(digit, { transportType: 'RFC2833' as never })
  }

  /** The switch learns a new password some moments after the API gave it out: refused first is not refused for good. */
  private again(cause: string): void {
    this.refusals += 1
    this.events.onRegistration(this.refusals > PATIENCE ? 'failed' : 'registering', cause)
    this.timer = setTimeout(() => this.ua.register(), Math.min(500 * this.refusals, LONGEST_RETRY_MS))
  }

  private take(session: RTCSession, purpose: string): void {
    if (this.session) {
      // Busy: the switch goes to the next operator at once.
      session.terminate({ status_code: 486 })
      return
    }
    this.session = session
    this.answeredAt = null
    this.purpose = purpose
    session.on('accepted', () => {
      this.answeredAt = Date.now()
      this.tell()
    })
    session.on('hold', () => this.tell())
    session.on('unhold', () => this.tell())
    session.on('peerconnection', ({ peerconnection }) => this.hear(peerconnection))
    if (session.connection) this.hear(session.connection)
    for (const end of ['ended', 'failed'] as const) session.on(end, () => this.drop(session))
    this.tell()
    // The person has clicked for this call a moment ago: nobody should have to pick up what they asked for.
    if (purpose) this.answer()
  }

  private hear(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ streams, track }) => {
      this.audio.srcObject = streams[0] ?? new MediaStream([track])
    })
  }

  private drop(session: RTCSession): void {
    if (this.session !== session) return
    this.session = null
    this.audio.srcObject = null
    this.events.onCall(null)
  }

  private tell(): void {
    const { session } = this
    if (!session) return
    this.events.onCall({
      who: session.remote_identity.display_name || session.remote_identity.uri.user,
      number: session.remote_identity.uri.user,
      purpose: this.purpose,
      incoming: session.direction === 'incoming',
      answeredAt: this.answeredAt,
      muted: session.isMuted().audio ?? false,
      held: session.isOnHold().local,
    })
  }
}
