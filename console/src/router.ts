/** The pages. What is not for the live board is loaded when it is first looked at. */
import { createRouter, createWebHistory } from 'vue-router'

import BoardPage from './pages/BoardPage.vue'
import LoginPage from './pages/LoginPage.vue'
import { useSession } from './stores/session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'board', component: BoardPage },
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
    { path: '/incidents/:number', name: 'incident', component: () => import('./pages/IncidentPage.vue'), props: true },
    { path: '/history', name: 'history', component: () => import('./pages/HistoryPage.vue') },
    { path: '/lifts', name: 'lifts', component: () => import('./pages/LiftsPage.vue') },
    { path: '/duty', name: 'duty', component: () => import('./pages/DutyPage.vue') },
    { path: '/overview', name: 'overview', component: () => import('./pages/OverviewPage.vue') },
    { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./pages/NowherePage.vue') },
  ],
})

/** Only a path of ours: `to` comes from the address bar. */
export function safeTarget(to: unknown): string {
  return typeof to === 'string' && /^\/(?!\/)/.test(to) && !to.startsWith('/login') ? to : '/'
}

router.beforeEach(async (to) => {
  const session = useSession()
  // An API that cannot be reached leads to the log-in page, which says so when one tries.
  await session.restore().catch(() => undefined)
  if (to.meta.open) return session.caller ? safeTarget(to.query.to) : true
  return session.caller ? true : { name: 'login', query: to.path === '/' ? {} : { to: to.fullPath } }
})
