/** The two languages, Chinese unless the person has switched; remembered in the browser. */
import elEn from 'element-plus/es/locale/lang/en'
import elZh from 'element-plus/es/locale/lang/zh-cn'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'

import { useLanguage } from '@/api/client'
import { en } from './en'
import { zh, type Messages } from './zh'

export type Language = 'zh' | 'en'
const KEY = 'liftline.language'

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: localStorage.getItem(KEY) === 'en' ? 'en' : 'zh',
  fallbackLocale: 'zh',
  messages: { zh, en },
})

export const language = computed<Language>(() => i18n.global.locale.value)
export const elementLocale = computed(() => (language.value === 'zh' ? elZh : elEn))

export function switchLanguage(to: Language): void {
  i18n.global.locale.value = to
  localStorage.setItem(KEY, to)
  announce()
}

/** Tell the API and the browser which language is shown. */
export function announce(): void {
  useLanguage(language.value)
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
}
