/** A desk on which the root certificate was installed by hand, as /certificate says. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The console's host is a name that no browser takes for this machine's own; it is looked up nowhere and means this. */
export const ADDRESS = process.env.LIFTLINE_ADDRESS ?? '127.0.0.1'

export const newFolder = (name) => mkdtempSync(join(tmpdir(), `liftline-${name}-`))

/** Get the root certificate as a desk does that trusts nothing yet: without TLS. */
export function fetchRoot(base, folder) {
  const { port, host } = new URL(base)
  return new Promise((resolve, reject) => {
    const asked = request({ host: ADDRESS, port, path: '/certificate/liftline-root.crt', headers: { Host: host } }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const path = join(folder, 'root.crt')
        writeFileSync(path, Buffer.concat(parts))
        if (answer.statusCode === 200) resolve(path)
        else reject(new Error(`no root certificate: ${answer.statusCode}`))
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Install a root certificate into a certificate store (NSS), which is made when it is missing. */
export function install(root, store) {
  mkdirSync(store, { recursive: true })
  execFileSync('certutil', ['-N', '-d', `sql:${store}`, '--empty-password'])
  execFileSync('certutil', ['-A', '-d', `sql:${store}`, '-t', 'C,,', '-n', 'Liftline', '-i', root])
}
