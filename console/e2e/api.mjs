/** The API as the page itself sees it: with its cookie and its CSRF token. */

export const get = (page, path) => page.evaluate((path) => fetch(path).then((answer) => answer.json()), `/api/v1${path}`)

export function post(page, path, body = {}) {
  return page.evaluate(
    async ([path, body]) => {
      const { csrf_token: csrf } = await (await fetch('/api/v1/auth/me')).json()
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }
      await fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    [path, body],
  )
}

/** Begin with an empty board, whatever was tried before. */
export async function closeAll(page) {
  const open = await page.evaluate(async () => (await (await fetch('/api/v1/incidents?open=true&limit=500')).json()).items)
  for (const { number } of open) await post(page, `/incidents/${number}/close`, { classification: 'test' })
  await page.waitForSelector('.el-empty')
}
