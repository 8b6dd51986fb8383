#!/bin/sh
# Builds the console where it is missing or has changed: deploy/console.sh VENV
#
# With the machine's Node where that is new enough, else with one from the package index, put into the virtual
# environment. Whatever goes wrong here is said and nothing more: no page may keep the switch from starting.
set -u
venv=$1
root=$(cd "$(dirname "$0")/.." && pwd)

new_enough() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if ! new_enough; then
    if ! [ -x "$venv/bin/npm" ]; then
        echo "Fetching Node for the console" >&2
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes \
            -r "$root/requirements-console.lock" ||
            { echo "warning: no Node for the console, which stays as it is; the switch and its API work without" >&2; exit 0; }
    fi
    NODE_BIN=$(cd "$venv/bin" && pwd)
    export NODE_BIN
fi
[ -f "$root/console/dist/index.html" ] || echo "Building the console (once, some 40 s)" >&2
"$root/console/build.sh" >&2 ||
    echo "warning: the console was not built and stays as it is; the switch and its API work without" >&2
exit 0
