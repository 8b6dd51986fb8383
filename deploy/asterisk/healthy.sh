#!/bin/sh
# healthy.sh asterisk|carrier: ask Asterisk itself whether it is fully up.
asterisk -C "/var/lib/liftline/$1/etc/asterisk.conf" -rx 'core waitfullybooted' | grep -q 'fully booted'
