import ElementPlus from 'element-plus'
import 'element-plus/dist/index.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { whenSignedOut } from '@/api/client'
import App from './App.vue'
import { announce, i18n } from './i18n'
import { router } from './router'
import { useSession } from './stores/session'
import './style.css'

announce()
const app = createApp(App).use(createPinia()).use(i18n).use(ElementPlus)

whenSignedOut(() => {
  const session = useSession()
  if (!session.caller) return
  session.forget(true)
  void router.replace({ name: 'login', query: { to: router.currentRoute.value.fullPath } })
})

// A page of the version before this one: its files are gone since the update.
window.addEventListener('vite:preloadError', () => location.reload())

app.use(router).mount('#app')
