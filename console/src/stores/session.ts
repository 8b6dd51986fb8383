/** Who is logged in, and what they may do. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

import { api, data, useCsrf } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Caller, Permission } from '@/api/types'

export const useSession = defineStore('session', () => {
  const caller = ref<Caller | null>(null)
  const known = ref(false)
  /** The session ended by itself, not by logging out: the log-in page says so. */
  const expired = ref(false)

  const isCentre = computed(() => caller.value?.role === 'centre' || caller.value?.role === 'admin')

  function accept(who: Caller, csrf: string | null | undefined): void {
    caller.value = who
    useCsrf(csrf)
    expired.value = false
  }

  /** Ask once who the cookie belongs to. */
  async function restore(): Promise<void> {
    if (known.value) return
    try {
      const me = await data(api.GET('/api/v1/auth/me'))
      accept(me, me.csrf_token)
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error
    }
    known.value = true
  }

  async function logIn(login: string, password: string): Promise<void> {
    const opened = await data(api.POST('/api/v1/auth/login', { body: { login, password } }))
    accept(opened.caller, opened.csrf_token)
    known.value = true
  }

  async function logOut(): Promise<void> {
    // Whatever the answer: this browser is done with it.
    await api.POST('/api/v1/auth/logout').catch(() => undefined)
    forget(false)
  }

  function forget(because: boolean): void {
    caller.value = null
    useCsrf(null)
    expired.value = because
  }

  function may(permission: Permission): boolean {
    return caller.value?.permissions.includes(permission) ?? false
  }

  return { caller, known, expired, isCentre, restore, logIn, logOut, forget, may }
})
