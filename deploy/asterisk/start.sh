#!/bin/sh
# start.sh asterisk|carrier: run Asterisk with the configuration that set-up has rendered.
set -eu
config=/var/lib/liftline/$1/etc/asterisk.conf
if ! [ -f "$config" ]; then
    # The pretend carrier exists with the sample estate only.
    echo "no $config: nothing to run"
    exit 0
fi
exec asterisk -f -C "$config"
