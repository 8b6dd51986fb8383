#!/bin/sh
# What the console's tests need and is missing: deploy/browsers.sh VENV
#
# Debian's Chromium and Firefox, certutil to install a root certificate in both, and what drives Firefox.
set -eu
venv=$1
cd "$(dirname "$0")/.."
missing=
for pair in chromium:chromium firefox-esr:firefox-esr certutil:libnss3-tools; do
    command -v "${pair%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ]; then
    apt-get update -q
    # shellcheck disable=SC2086 - several packages
    apt-get install -yq --no-install-recommends $missing
fi
[ -e console/e2e/node_modules/puppeteer-core ] && exit 0
# The machine's npm, else the one that was put into the virtual environment for the console.
command -v npm >/dev/null || PATH="$(cd "$venv/bin" && pwd):$PATH"
npm ci --prefix console/e2e --no-audit --no-fund --ignore-scripts --loglevel=error
