/** Organizations, phones and people by id: loaded once, so that a timeline can say who instead of which number. */
import { defineStore } from 'pinia'
import { computed, reactive, ref } from 'vue'

import { api, everything } from '@/api/client'
import type { Organization, Person, Phone } from '@/api/types'
import { useSession } from './session'

interface PlannedTarget {
  address: string
  label: string
  on_duty?: PlannedTarget[]
}

interface PlannedTier {
  targets: PlannedTarget[]
}

const TRUNK_TARGET = /^PJSIP\/([^@]+)(@.*)?$/

export const useDirectory = defineStore('directory', () => {
  const organizations = ref<Organization[]>([])
  const phones = ref<Phone[]>([])
  const people = ref<Person[]>([])
  const planned = reactive(new Map<string, string>())
  let loading: Promise<void> | null = null

  const organizationById = computed(() => new Map(organizations.value.map((row) => [row.id, row])))
  const phoneById = computed(() => new Map(phones.value.map((row) => [row.id, row])))
  const phoneByAddress = computed(() => new Map(phones.value.map((row) => [row.address, row])))
  const personById = computed(() => new Map(people.value.map((row) => [row.id, row])))

  /** Load all three; `again` after something was changed. A failure leaves what is known and is tried again. */
  function load(again = false): Promise<void> {
    if (loading === null || again) loading = fetchAll().catch(() => void (loading = null))
    return loading
  }

  async function fetchAll(): Promise<void> {
    const [allOrganizations, allPhones, allPeople] = await Promise.all([
      everything((query) => api.GET('/api/v1/organizations', { params: { query } })),
      everything((query) => api.GET('/api/v1/phones', { params: { query } })),
      everything((query) => api.GET('/api/v1/people', { params: { query } })),
    ])
    organizations.value = allOrganizations
    phones.value = allPhones
    people.value = allPeople
  }

  function clear(): void {
    organizations.value = phones.value = people.value = []
    planned.clear()
    loading = null
  }

  function organizationName(id: number | null | undefined): string {
    return (id && organizationById.value.get(id)?.name) || '—'
  }

  /** `PJSIP/13800000001@trunk` or an account → the phone's label, or the bare number where it is not ours to see. */
  function targetLabel(target: string | null): string {
    if (!target) return ''
    const address = TRUNK_TARGET.exec(target)?.[1] ?? target
    return phoneByAddress.value.get(address)?.label ?? planned.get(address) ?? address
  }

  /** Who stands behind a dial string: the person, else as `targetLabel`. */
  function targetWho(target: string | null): string {
    const address = TRUNK_TARGET.exec(target ?? '')?.[1] ?? target ?? ''
    const person = phoneByAddress.value.get(address)?.person_id
    return (person && personById.value.get(person)?.name) || targetLabel(target)
  }

  /** Labels from an incident's plan: the property sees no phones of the maintainer, but reads whom the plan names. */
  function learn(plan: unknown): void {
    for (const tier of (plan as { tiers?: PlannedTier[] }).tiers ?? []) {
      for (const target of tier.targets.flatMap((one) => [one, ...(one.on_duty ?? [])])) {
        const address = TRUNK_TARGET.exec(target.address)?.[1]
        if (address && target.label) planned.set(address, target.label)
      }
    }
  }

  /** The own organization, for those who see only one; everything for the centre. */
  const own = computed(() => {
    const { caller } = useSession()
    const id = caller?.organization_id
    const all = caller && !['property', 'maintainer'].includes(caller.role)
    return organizations.value.filter((row) => all || row.id === id)
  })

  return { organizations, phones, people, organizationById, phoneById, personById, own, load, learn, clear, organizationName, targetLabel, targetWho }
})
