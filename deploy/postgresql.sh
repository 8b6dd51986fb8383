#!/bin/sh
# The tests' PostgreSQL: server binaries only, no cluster and no service of the machine's own.
set -eu

found() { command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

found && exit 0
[ "$(id -u)" = 0 ] || { echo "error: PostgreSQL is missing: run once as root, or: apt-get install postgresql" >&2; exit 1; }
echo "Installing PostgreSQL for the tests" >&2
if ! [ -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends postgresql; } >&2
found || { echo "error: PostgreSQL cannot be installed: see apt's message above" >&2; exit 1; }
