/**
 * Server-sent events that resume where they broke (docs/events.md).
 *
 * Not the browser's EventSource: that one hides heartbeats, so a line that died without a word looks alive. Here any
 * byte counts as life, silence beyond `STALL_MS` is a broken connection, and each state is told at once.
 */
import { createParser } from 'eventsource-parser'

import { type Problem, problemOf } from '@/api/problem'

/** The server sends a heartbeat every 15 s. */
export const STALL_MS = 20_000
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 5_000

export interface LiveEvent {
  id: number
  type: string
  at: string
  incident_id: number | null
  lift_id: number | null
  payload: Record<string, unknown>
}

export interface StreamHandlers {
  /** Connected. `resumed`: what was missed follows; else the stream begins now and lists must be loaded. */
  onOpen(resumed: boolean, serverDate: string | null): void
  onEvent(event: LiveEvent): void
  /** The place to resume from is gone: lists must be loaded anew. */
  onReset(): void
  /** The connection is gone; `retryMs` until the next try. */
  onBroken(retryMs: number, problem: Problem | null): void
  /** The log-in has ended; no further try is made. */
  onEnded(): void
}

export interface StreamOptions {
  url: string
  headers?: () => Record<string, string>
  fetch?: typeof fetch
  stallMs?: number
}

export class EventStream {
  lastEventId: string | null = null
  private stopped = true
  private failures = 0
  private abort: AbortController | null = null
  private wake: (() => void) | null = null

  constructor(
    private readonly options: StreamOptions,
    private readonly handlers: StreamHandlers,
  ) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    void this.run()
  }

  stop(): void {
    this.stopped = true
    this.abort?.abort()
    this.wake?.()
  }

  /** Try at once: the network is back, or the tab is looked at again. */
  retryNow(): void {
    this.failures = 0
    this.wake?.()
  }

  /** Cut the running connection and try anew, as when the network went away without a word. */
  cut(): void {
    this.abort?.abort()
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const problem = await this.connect()
      if (this.stopped) return
      if (problem?.status === 401 || problem?.status === 403) {
        this.stopped = true
        this.handlers.onEnded()
        return
      }
      const pause = problem?.retryAfter ? problem.retryAfter * 1000 : retryMs(this.failures++)
      this.handlers.onBroken(pause, problem)
      await this.pause(pause)
    }
  }

  /** Read one connection to its end; returns the API's refusal, if it was one. */
  private async connect(): Promise<Problem | null> {
    this.abort = new AbortController()
    const watch = new Watchdog(this.options.stallMs ?? STALL_MS, this.abort)
    const resume = this.lastEventId
    try {
      const response = await (this.options.fetch ?? fetch)(this.options.url, {
        headers: {
          ...this.options.headers?.(),
          Accept: 'text/event-stream',
          ...(resume ? { 'Last-Event-ID': resume } : {}),
        },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: this.abort.signal,
      })
      if (!response.ok || !response.body) return await problemOf(response)
      await this.read(response.body, watch, (newest) => {
        this.failures = 0
        // Until the first event this is the place to resume from: whatever comes after the lists were loaded.
        this.lastEventId ??= newest
        this.handlers.onOpen(resume !== null, response.headers.get('Date'))
      })
    } catch {
      // The line broke or was cut; what matters is that it is gone.
    } finally {
      watch.end()
      this.abort.abort()
    }
    return null
  }

  private async read(body: ReadableStream<Uint8Array>, watch: Watchdog, opened: (newest: string) => void) {
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (event === 'hello') opened(String((JSON.parse(data) as { newest: number }).newest))
        else if (event === 'bye') {
          this.stopped = true
          this.handlers.onEnded()
        } else if (event === 'reset') {
          this.lastEventId = id ?? null
          this.handlers.onReset()
        } else if (event) {
          this.handlers.onEvent(JSON.parse(data) as LiveEvent)
          // Only now: an event that could not be handled is sent again.
          if (id) this.lastEventId = id
        }
      },
    })
    const reader = body.getReader()
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      watch.alive()
      parser.feed(decoder.decode(value, { stream: true }))
      if (this.stopped) return
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    }).then(() => {
      this.wake = null
    })
  }
}

/** Pause before try `failures` + 1: quick at first, then up to 5 s. */
export function retryMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS)
}

class Watchdog {
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly ms: number,
    private readonly abort: AbortController,
  ) {
    this.alive()
  }

  alive(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.abort.abort(), this.ms)
  }

  end(): void {
    clearTimeout(this.timer)
  }
}
