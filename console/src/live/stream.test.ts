import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { EventStream, type LiveEvent, retryMs } from './stream'

/** A switch that plays scripted connections, and notes from where each one wanted to resume. */
class Switch {
  readonly resumedFrom: (string | null)[] = []
  private writers: WritableStreamDefaultWriter<Uint8Array>[] = []
  status = 200

  fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    this.resumedFrom.push(new Headers(init?.headers).get('Last-Event-ID'))
    if (this.status !== 200) return new Response('{}', { status: this.status })
    const { readable, writable } = new TransformStream<Uint8Array>()
    const writer = writable.getWriter()
    this.writers.push(writer)
    init?.signal?.addEventListener('abort', () => void writer.abort(new Error('aborted')).catch(() => undefined))
    return new Response(readable, { headers: { Date: 'Sun, 22 Nov 2026 12:00:00 GMT' } })
  }

  async send(text: string): Promise<void> {
    await this.writers.at(-1)?.write(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(1)
  }

  async drop(): Promise<void> {
    await this.writers.at(-1)?.abort(new Error('reset by peer')).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(1)
  }
}

function event(id: number): string {
  const data: LiveEvent = { id, type: 'node.appended', at: '2026-11-22T12:00:00Z', incident_id: 1, lift_id: 1, payload: {} }
  return `id: ${id}\nevent: node.appended\ndata: ${JSON.stringify(data)}\n\n`
}

const hello = (newest: number) => `event: hello\nretry: 2000\ndata: {"newest": ${newest}}\n\n`

function follow(server: Switch) {
  const seen: number[] = []
  const told: string[] = []
  const stream = new EventStream(
    { url: '/events', fetch: server.fetch as typeof fetch },
    {
      onOpen: (resumed) => told.push(resumed ? 'resumed' : 'open'),
      onEvent: (one) => seen.push(one.id),
      onReset: () => told.push('reset'),
      onBroken: () => told.push('broken'),
      onEnded: () => told.push('ended'),
    },
  )
  stream.start()
  return { stream, seen, told }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a stream that breaks', () => {
  it('resumes after the last event it has handled', async () => {
    const server = new Switch()
    const { stream, seen, told } = follow(server)
    await vi.advanceTimersByTimeAsync(1)
    await server.send(hello(41))
    await server.send(event(42) + event(43))
    await server.drop()
    expect(told).toEqual(['open', 'broken'])
    await vi.advanceTimersByTimeAsync(300)
    await server.send(hello(45) + event(44) + event(45))
    expect(server.resumedFrom).toEqual([null, '43'])
    expect(seen).toEqual([42, 43, 44, 45])
    expect(told).toEqual(['open', 'broken', 'resumed'])
    stream.stop()
  })

  it('resumes from where it began when no event had come yet', async () => {
    const server = new Switch()
    const { stream } = follow(server)
    await vi.advanceTimersByTimeAsync(1)
    await server.send(hello(41))
    await server.drop()
    await vi.advanceTimersByTimeAsync(300)
    expect(server.resumedFrom).toEqual([null, '41'])
    stream.stop()
  })

  it('notices silence, and a heartbeat is no silence', async () => {
    const server = new Switch()
    const { stream, told } = follow(server)
    await vi.advanceTimersByTimeAsync(1)
    await server.send(hello(1))
    await vi.advanceTimersByTimeAsync(15_000)
    await server.send(': heartbeat\n\n')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(told).toEqual(['open'])
    await vi.advanceTimersByTimeAsync(5_100)
    expect(told).toEqual(['open', 'broken'])
    stream.stop()
  })

  it('takes an event that came in two pieces once', async () => {
    const server = new Switch()
    const { stream, seen } = follow(server)
    await vi.advanceTimersByTimeAsync(1)
    const text = hello(1) + event(2)
    await server.send(text.slice(0, 70))
    await server.send(text.slice(70))
    expect(seen).toEqual([2])
    stream.stop()
  })

  it('goes on from the reset point when its place is gone', async () => {
    const server = new Switch()
    const { stream, told } = follow(server)
    await vi.advanceTimersByTimeAsync(1)
    await server.send(`${hello(9)}id: 9\nevent: reset\ndata: {"newest": 9}\n\n`)
    await server.drop()
    await vi.advanceTimersByTimeAsync(300)
    expect(told).toEqual(['open', 'reset', 'broken'])
    expect(server.resumedFrom.at(-1)).toBe('9')
    stream.stop()
  })

  it('stops when the log-in has ended', async () => {
    const server = new Switch()
    server.status = 401
    const { told } = follow(server)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(told).toEqual(['ended'])
    expect(server.resumedFrom).toHaveLength(1)
  })

  it('tries quickly at first, then every five seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(retryMs)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
  })
})
