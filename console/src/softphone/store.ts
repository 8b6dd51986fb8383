/** The softphone of this log-in, in one tab of the browser. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { Problem } from '@/api/problem'
import { useSession } from '@/stores/session'
import { fetchAccount, forget, remember, remembered } from './account'
import { watchLevel } from './microphone'
import type { Phone, PhoneCall, Registration } from './phone'

export type Availability = 'asking' | 'unavailable' | 'no-phone' | 'elsewhere' | 'here'

const LOCK = 'liftline-softphone'

export const useSoftphone = defineStore('softphone', () => {
  const availability = ref<Availability>('asking')
  const registration = ref<Registration>('unregistered')
  const reason = ref('')
  const call = ref<PhoneCall | null>(null)
  const level = ref(0)
  const microphone = ref<'unknown' | 'ok' | 'refused'>('unknown')
  const ready = computed(() => registration.value === 'registered')

  let phone: Phone | null = null
  let stopLevel: (() => void) | null = null
  let release: (() => void) | null = null
  let generation = 0

  /** Get an account and register. A second tab waits until the first is gone: one person, one phone. */
  async function start(): Promise<void> {
    const mine = ++generation
    availability.value = 'elsewhere'
    await navigator.locks?.request(LOCK, async () => {
      if (mine !== generation) return
      await begin()
      if (phone && mine === generation) await new Promise<void>((resolve) => (release = resolve))
    })
  }

  async function begin(): Promise<void> {
    availability.value = 'asking'
    try {
      const user = useSession().caller?.id ?? 0
      const kept = remembered(user)
      const account = kept ?? (await fetchAccount())
      const { Phone } = await import('./phone')
      phone = new Phone(account, {
        onRegistration(state, why) {
          ;[registration.value, reason.value] = [state, why]
          if (state === 'registered') remember(user, account)
          // What the tab remembered may be void by now: another browser of this person has asked since.
          else if (state === 'failed' && kept) void anew()
        },
        onCall: (now) => (call.value = now),
      })
      phone.start()
      availability.value = 'here'
      if (!stopLevel) void listen()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      availability.value = error.status === 409 ? 'no-phone' : 'unavailable'
    }
  }

  async function anew(): Promise<void> {
    forget()
    phone?.stop()
    await begin()
  }

  async function listen(): Promise<void> {
    try {
      stopLevel = await watchLevel((now) => (level.value = now))
      microphone.value = 'ok'
    } catch {
      microphone.value = 'refused'
    }
  }

  function stop(): void {
    generation += 1
    forget()
    phone?.stop()
    stopLevel?.()
    release?.()
    phone = stopLevel = release = null
    call.value = null
    registration.value = 'unregistered'
  }

  return {
    ...{ availability, registration, reason, call, level, microphone, ready, start, stop },
    dial: (number: string) => phone?.call(number),
    answer: () => phone?.answer(),
    hangup: () => phone?.hangup(),
    setMuted: (muted: boolean) => phone?.setMuted(muted),
    setHeld: (held: boolean) => phone?.setHeld(held),
    key: (digit: string) => phone?.key(digit),
  }
})
