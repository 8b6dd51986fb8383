/** Makes new alarms heard and seen: sound until somebody has them or silences them, and a desktop notification. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'

import { chime, soundAllowed, unlockSound } from '@/live/chime'
import type { BoardIncident } from '@/live/board'
import { unanswered } from '@/live/severity'
import type { LiveEvent } from '@/live/stream'
import { useLive } from './live'

const REPEAT_MS = 3_000
const GESTURES = ['pointerdown', 'keydown'] as const
const SOUNDS = new Set(['incident.raised', 'incident.raised_again'])

function needsSomebody({ state, situation }: BoardIncident): boolean {
  return unanswered(situation) || (state === 'raised' && situation.phase !== 'talking')
}

export const useAlerts = defineStore('alerts', () => {
  const live = useLive()
  /** Incidents that ring in this browser. */
  const sounding = ref(new Set<number>())
  const muted = ref(localStorage.getItem('liftline.muted') === '1')
  const unlocked = ref(false)
  const notifications = ref(typeof Notification === 'undefined' ? 'denied' : Notification.permission)
  let timer: ReturnType<typeof setInterval> | undefined
  let words: (number: string, lift: string) => { title: string; body: string } = (number, lift) => ({ title: number, body: lift })
  let open: (number: string) => void = () => undefined

  const loud = computed(() => sounding.value.size > 0)

  function start(text: typeof words, show: typeof open): () => void {
    words = text
    open = show
    // After a reload any click or key gives the sound back.
    for (const gesture of GESTURES) window.addEventListener(gesture, giveSound)
    const stopListening = live.listen(onEvent)
    const stopWatching = watch(() => live.incidents, forgetAnswered)
    return () => {
      stopListening()
      stopWatching()
      for (const gesture of GESTURES) window.removeEventListener(gesture, giveSound)
      silence()
    }
  }

  function giveSound(): void {
    if (unlocked.value) return
    unlockSound()
    setTimeout(() => (unlocked.value = soundAllowed()), 100)
  }

  function onEvent(event: LiveEvent): void {
    if (!SOUNDS.has(event.type) || event.incident_id === null) return
    const row = live.board.get(event.incident_id)
    // A replay after an interruption may bring alarms that are long answered: those make no noise.
    if (!row || !needsSomebody(row)) return
    sounding.value = new Set(sounding.value).add(row.id)
    notify(row.number, row.lift?.name ?? row.caller ?? '')
    if (timer === undefined) {
      play()
      timer = setInterval(play, REPEAT_MS)
    }
  }

  function forgetAnswered(): void {
    const still = [...sounding.value].filter((id) => {
      const row = live.board.get(id)
      return row !== undefined && needsSomebody(row)
    })
    if (still.length !== sounding.value.size) sounding.value = new Set(still)
    if (still.length === 0) silence()
  }

  function play(): void {
    if (!muted.value) chime()
    unlocked.value = soundAllowed()
  }

  /** Quiet for the alarms of now; the next one rings again. */
  function silence(): void {
    sounding.value = new Set()
    clearInterval(timer)
    timer = undefined
  }

  function setMuted(quiet: boolean): void {
    muted.value = quiet
    localStorage.setItem('liftline.muted', quiet ? '1' : '0')
  }

  /** From a click or key. */
  async function unlock(): Promise<void> {
    giveSound()
    if (notifications.value === 'default') notifications.value = await Notification.requestPermission()
  }

  function notify(number: string, lift: string): void {
    const { title, body } = words(number, lift)
    say(title, body, () => open(number), number)
  }

  /** A notification of the desktop; a click on it brings the page to the front and does `act`. */
  function say(title: string, body: string, act: () => void, tag = 'softphone'): void {
    if (notifications.value !== 'granted') return
    const shown = new Notification(title, { body, tag, requireInteraction: true, icon: '/favicon.svg' })
    shown.onclick = () => {
      window.focus()
      act()
      shown.close()
    }
  }

  return { sounding, loud, muted, unlocked, notifications, start, silence, setMuted, unlock, say }
})
