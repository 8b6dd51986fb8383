/** Lifts by device code, fetched when first shown: an incident names its lift, but not where it stands. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'

import { api, data } from '@/api/client'
import type { Lift } from '@/api/types'

export const useLifts = defineStore('lifts', () => {
  const known = reactive(new Map<string, Lift>())
  const asked = new Set<string>()

  /** The lift, or nothing yet; asks for it once. */
  function lift(code: string | undefined): Lift | undefined {
    if (code && !known.has(code) && !asked.has(code)) {
      asked.add(code)
      void data(api.GET('/api/v1/lifts/{key}', { params: { path: { key: code } } }))
        .then((row) => known.set(code, row))
        .catch(() => setTimeout(() => asked.delete(code), 5_000))
    }
    return code ? known.get(code) : undefined
  }

  function forget(code: string): void {
    known.delete(code)
    asked.delete(code)
  }

  return { lift, forget }
})
