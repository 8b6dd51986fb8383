#!/bin/sh
# Make the cluster and the database at the first start, then run the server.
set -eu
programs=$(echo /usr/lib/postgresql/*/bin)
data=/data/$(basename "$(dirname "$programs")")
if ! [ -f "$data/PG_VERSION" ]; then
    rm -rf "$data.new"
    "$programs/initdb" --pgdata="$data.new" --username=liftline --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=peer --auth-host=reject
    echo 'CREATE DATABASE liftline;' | "$programs/postgres" --single -D "$data.new" postgres
    # Only a finished cluster gets the name: a start that was cut off is made again.
    mv "$data.new" "$data"
fi
exec "$programs/postgres" -D "$data" -c listen_addresses= -c unix_socket_directories=/run/liftline-postgres
