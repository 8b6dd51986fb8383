#!/bin/sh
# Installs what the console needs (npm ci) and builds it into console/dist. Does nothing when nothing has changed.
#
# Needs: Node 20.19 or newer and npm on PATH (or NODE_BIN, the folder that holds them), the network the first time.
# Says what is wrong and ends with 1 when it cannot build; an older console/dist is kept then.
set -eu
cd "$(dirname "$0")"

if [ -n "${NODE_BIN:-}" ]; then PATH="$NODE_BIN:$PATH"; fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "console: Node and npm are needed (20.19 or newer); set NODE_BIN to the folder that holds them" >&2
  exit 1
fi

sources() { find src public index.html package.json package-lock.json vite.config.ts tsconfig.json ../docs/openapi.json build.sh -type f ! -name schema.d.ts | LC_ALL=C sort; }
digest() { xargs sha256sum | sha256sum | cut -d' ' -f1; }
now=$(sources | digest)
if [ -f dist/index.html ] && [ "$(cat dist/.stamp 2>/dev/null)" = "$now" ]; then
  echo "console: dist is up to date"
  exit 0
fi

locked=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat node_modules/.liftline 2>/dev/null)" != "$locked" ]; then
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
  echo "$locked" >node_modules/.liftline
fi

# Built beside and then put in place: the running API never serves half a console.
npm run --silent types >/dev/null
rm -rf dist.new
npx --no-install vite build --outDir dist.new --emptyOutDir --logLevel warn
echo "$now" >dist.new/.stamp
rm -rf dist.old
[ ! -d dist ] || mv dist dist.old
mv dist.new dist
rm -rf dist.old
echo "console: built into $(pwd)/dist"
