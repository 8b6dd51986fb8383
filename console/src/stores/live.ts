/** The live board: one event stream for the whole app, and what follows from it. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { api, data, everything, requestHeaders, signedOut } from '@/api/client'
import type { IncidentDetail } from '@/api/types'
import { type Board, type BoardIncident, after, fromIncident, withDetail } from '@/live/board'
import { learnServerDate } from '@/live/clock'
import { EventStream, type LiveEvent } from '@/live/stream'
import { useDirectory } from './directory'

export type Connection = 'connecting' | 'live' | 'broken'
type Listener = (event: LiveEvent) => void

/** Timelines fetched at once: a storm of alarms must not become a storm of requests. */
const FETCHES = 4

export const useLive = defineStore('live', () => {
  const connection = ref<Connection>('connecting')
  /** Epoch ms since when nothing comes; null while live. */
  const brokenSince = ref<number | null>(null)
  /** How many events came in one go after the last interruption. */
  const caughtUp = ref<{ seconds: number } | null>(null)
  const loaded = ref(false)
  const board = shallowRef<Board>(new Map())
  const incidents = computed<BoardIncident[]>(() => [...board.value.values()])

  const listeners = new Set<Listener>()
  const wanted = new Set<number>()
  let fetching = 0
  let generation = 0

  const stream = new EventStream(
    { url: '/api/v1/events', headers: () => requestHeaders('GET') },
    {
      onOpen(resumed, date) {
        learnServerDate(date)
        if (brokenSince.value !== null) caughtUp.value = { seconds: (Date.now() - brokenSince.value) / 1000 }
        connection.value = 'live'
        brokenSince.value = null
        if (!resumed || !loaded.value) void load()
      },
      onEvent: take,
      onReset: () => void load(),
      onBroken() {
        connection.value = 'broken'
        brokenSince.value ??= Date.now()
      },
      onEnded: signedOut,
    },
  )

  function take(event: LiveEvent): void {
    const step = after(board.value, event)
    board.value = step.board
    if (step.fetch !== null) want(step.fetch)
    for (const listener of listeners) listener(event)
  }

  async function load(): Promise<void> {
    const mine = ++generation
    try {
      const rows = await everything((query) => api.GET('/api/v1/incidents', { params: { query: { ...query, open: true } } }))
      if (mine !== generation) return
      board.value = new Map(rows.map((row) => [row.id, fromIncident(row, board.value.get(row.id))]))
      loaded.value = true
      for (const row of rows) want(row.id)
    } catch {
      if (mine === generation) setTimeout(() => mine === generation && void load(), 2_000)
    }
  }

  /** Fetch an incident's plan and timeline, a few at a time, the newest first. */
  function want(id: number): void {
    wanted.add(id)
    while (fetching < FETCHES && wanted.size > 0) void fetchOne(Math.max(...wanted))
  }

  async function fetchOne(id: number): Promise<void> {
    wanted.delete(id)
    const row = board.value.get(id)
    if (!row) return
    fetching += 1
    try {
      const detail = await data(api.GET('/api/v1/incidents/{number}', { params: { path: { number: row.number } } }))
      useDirectory().learn(detail.plan)
      const known = board.value.get(id)
      if (known && detail.state !== 'closed') board.value = new Map(board.value).set(id, withDetail(known, detail))
    } catch {
      setTimeout(() => board.value.has(id) && want(id), 3_000)
    } finally {
      fetching -= 1
      if (wanted.size > 0) want(Math.max(...wanted))
    }
  }

  /** An answer of the API is as good as an event: the row is up to date before the event arrives. */
  function accept(detail: IncidentDetail): void {
    useDirectory().learn(detail.plan)
    const known = board.value.get(detail.id)
    if (known && detail.state !== 'closed') board.value = new Map(board.value).set(detail.id, withDetail(known, detail))
  }

  function listen(listener: Listener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  const retry = () => stream.retryNow()
  const cut = () => stream.cut()

  function start(): void {
    stream.start()
    window.addEventListener('online', retry)
    window.addEventListener('offline', cut)
  }

  function stop(): void {
    generation += 1
    stream.stop()
    stream.lastEventId = null
    window.removeEventListener('online', retry)
    window.removeEventListener('offline', cut)
    board.value = new Map()
    loaded.value = false
    connection.value = 'connecting'
    brokenSince.value = null
  }

  return { connection, brokenSince, caughtUp, loaded, board, incidents, start, stop, listen, accept, retry, cut }
})
