/** What an operator does on the telephone with one click: on a running alarm, and calls about an incident. */
import { defineStore } from 'pinia'
import { computed, reactive, ref, watch } from 'vue'

import { api } from '@/api/client'
import { Problem } from '@/api/problem'
import type { CallIn } from '@/api/types'
import { i18n } from '@/i18n'
import { type Line, mineOn } from '@/live/intervening'
import type { Mode, Situation } from '@/live/situation'
import { useSoftphone } from '@/softphone/store'
import { useOperators } from './operators'

/** A phone that has not answered by then has not answered (`switch.control.RING_MS`). */
const PATIENCE_MS = 32_000

/** What was asked for last, until it is there. */
export interface Asked {
  number: string
  what: Mode | 'leave' | 'cabin' | 'person' | 'third'
  /** Whom or which lift it is about, as people say it. */
  who: string
}

export const useVoice = defineStore('voice', () => {
  const softphone = useSoftphone()
  const operators = useOperators()
  const asked = ref<Asked | null>(null)
  /** Incident number → what the API said, in its words: they say what to do. */
  const problems = reactive(new Map<string, string>())
  let timer: ReturnType<typeof setTimeout> | undefined

  const line = computed<Line>(() => {
    const here = softphone.availability === 'here'
    const others = operators.mine.filter((one) => one.state !== 'offline')
    return {
      phone: (here && softphone.ready) || others.length > 0,
      busy: here && softphone.ready ? softphone.call !== null : others.length > 0 && others.every((one) => one.state !== 'free'),
    }
  })
  const mine = (situation: Situation) => mineOn(situation, operators.own)

  /** Come on the alarm, or change what one does there. */
  function intervene(number: string, situation: Situation, mode: Mode, lift: string): Promise<boolean> {
    const leg = mine(situation)?.leg
    const body = { mode }
    return ask({ number, what: mode, who: lift }, !leg, () =>
      leg
        ? api.PATCH('/api/v1/incidents/{number}/interventions/{leg}', { params: { path: { number, leg } }, body })
        : api.POST('/api/v1/incidents/{number}/interventions', { params: { path: { number } }, body }),
    )
  }

  function leave(number: string, situation: Situation, lift: string): Promise<boolean> {
    const leg = mine(situation)?.leg ?? ''
    return ask({ number, what: 'leave', who: lift }, false, () =>
      api.DELETE('/api/v1/incidents/{number}/interventions/{leg}', { params: { path: { number, leg } } }),
    )
  }

  function call(number: string, body: CallIn, who: string): Promise<boolean> {
    const what = body.to === 'cabin' ? 'cabin' : body.third_party ? 'third' : 'person'
    return ask({ number, what, who }, what !== 'third', () => api.POST('/api/v1/incidents/{number}/calls', { params: { path: { number } }, body }))
  }

  /** Into a cabin without an incident. */
  function callLift(key: string, lift: string): Promise<boolean> {
    return ask({ number: key, what: 'cabin', who: lift }, true, () => api.POST('/api/v1/lifts/{key}/calls', { params: { path: { key } } }))
  }

  /** Whether it is under way; if not, `problems` says why. `rings`: one's own phone is called for it, so it takes a moment. */
  async function ask(what: Asked, rings: boolean, click: () => Promise<unknown>): Promise<boolean> {
    if (asked.value?.number === what.number && asked.value.what === what.what && asked.value.who === what.who) return false
    problems.delete(what.number)
    asked.value = what
    clearTimeout(timer)
    try {
      await click()
      if (rings && softphone.ready) timer = setTimeout(() => unanswered(what), PATIENCE_MS)
      else settle(what)
      return true
    } catch (error) {
      settle(what)
      if (!(error instanceof Problem)) throw error
      problems.set(what.number, error.message)
      return false
    } finally {
      operators.soon()
    }
  }

  function unanswered(what: Asked): void {
    if (asked.value !== what) return
    problems.set(what.number, i18n.global.t('voice.noAnswer'))
    settle(what)
  }

  function settle(what = asked.value): void {
    if (asked.value === what) asked.value = null
  }

  // The softphone answers by itself what was asked for.
  watch(
    () => softphone.call,
    (now) => {
      if (now?.purpose && now.answeredAt) settle()
      operators.soon()
    },
  )

  return { asked, problems, line, mine, intervene, leave, call, callLift, settle }
})
