/** The centre's operators as the queue sees them, and one's own pauses. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { api, data } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Operator } from '@/api/types'
import { useLive } from './live'
import { useSession } from './session'

/** The queue tells nobody of its own accord: it is asked after each event that may have changed it, and now and then. */
const EVERY_MS = 15_000
const SETTLE_MS = 400
const TELLING = new Set([
  ...['leg_dialled', 'leg_answered', 'leg_accepted', 'leg_taken', 'talk_ended', 'call_ended', 'person_lost'],
  ...['intervention_started', 'intervention_ended', 'callback_started', 'callback_ended', 'room_entered', 'room_left'],
])

export const useOperators = defineStore('operators', () => {
  const live = useLive()
  const session = useSession()
  const operators = ref<Operator[]>([])
  /** Why the list is not there; empty when it is. */
  const problem = ref('')
  const busy = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined
  let soonTimer: ReturnType<typeof setTimeout> | undefined

  const mine = computed(() => operators.value.filter((one) => one.own))
  const paused = computed(() => mine.value.length > 0 && mine.value.every((one) => one.paused))
  const reason = computed(() => mine.value.find((one) => one.paused)?.reason ?? '')
  const free = computed(() => operators.value.filter((one) => one.state === 'free' && !one.paused).length)
  const reachable = computed(() => operators.value.filter((one) => one.state !== 'offline').length)
  /** Dial strings of one's own phones; the browser's is known before the queue has been asked. */
  const own = computed(() => new Set([`PJSIP/web-${session.caller?.id}`, ...mine.value.map((one) => one.address)]))

  async function load(): Promise<void> {
    try {
      operators.value = await data(api.GET('/api/v1/operators'))
      problem.value = ''
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error.message
    }
  }

  function soon(): void {
    clearTimeout(soonTimer)
    soonTimer = setTimeout(() => void load(), SETTLE_MS)
  }

  function start(): () => void {
    void load()
    timer = setInterval(() => void load(), EVERY_MS)
    const stopListening = live.listen((event) => {
      if (event.type === 'node.appended' && TELLING.has(String(event.payload.kind))) soon()
    })
    return () => {
      stopListening()
      clearInterval(timer)
      clearTimeout(soonTimer)
      operators.value = []
    }
  }

  /** Raises `Problem`. */
  async function pause(why: string): Promise<void> {
    await act(() => api.POST('/api/v1/operators/pause', { body: { reason: why } }))
  }

  async function resume(): Promise<void> {
    await act(() => api.POST('/api/v1/operators/resume'))
  }

  async function act(ask: () => Promise<unknown>): Promise<void> {
    busy.value = true
    try {
      await ask()
    } finally {
      busy.value = false
      await load()
    }
  }

  return { operators, problem, busy, mine, own, paused, reason, free, reachable, start, load, soon, pause, resume }
})
