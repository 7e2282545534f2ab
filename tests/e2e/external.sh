#!/bin/bash
# SPDX-License-Identifier: ISC
# [database] url: a PostgreSQL of the operator's own, under one role that owns its database. Nothing else changes.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
pg() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
mkdir -p "$TOP/pg" "$STATE" && chmod 755 "$TOP" || exit 1
[ "$(id -u)" != 0 ] || chown postgres "$TOP/pg"
sql_stop() { pg "$bin/pg_ctl" -D "$TOP/pg/data" -m immediate -w stop >/dev/null 2>&1; }
trap 'stop; sql_stop' EXIT
ok pg "$bin/initdb" -D "$TOP/pg/data" -A trust -U owner -N
ok pg "$bin/pg_ctl" -D "$TOP/pg/data" -w -l "$TOP/pg/log" -o "-k $TOP/pg -h ''" start
ok pg "$bin/createdb" -h "$TOP/pg" -U owner authority

metrics=$(free_port)
printf '[metrics]\nport = %s\n[database]\nurl = postgresql://owner@/authority?host=%s\n' "$metrics" "$TOP/pg" >"$STATE/gauthd.conf"
chmod 600 "$STATE/gauthd.conf"

# What people must mend ends with a status that tells a supervisor not to try again.
ends 78 timeout 60 "$BUILD/gauthd" --child --config "$STATE/gauthd.conf" --notary "$STATE/none" --signer "$TOP/none"
ok ctl init
ends 78 timeout 60 "$BUILD/gauthd" --check-config --config /nonexistent
ok "$BUILD/gauthd" --check-config --state "$STATE"
said "$TOP/pg"
printf '[listen]\nprot = 1\n' >"$TOP/wrong.conf"
ends 78 "$BUILD/gauthd" --check-config --config "$TOP/wrong.conf"
said "config_unknown_key: line 2"
ends 2 "$BUILD/gauthd" --port 1

start
found demo vote ana bo cy
apply demo dee
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc dee join "$LINK" --wait 30
ok gmc dee verify --trust "$HOMES/dee/trust.json" "$HOMES/dee/gmc.pem"
counted() { curl -s "http://127.0.0.1:$metrics/metrics" | grep -qx 'gauthd_members 4'; }
soon counted || fail "metrics: $(curl -s "http://127.0.0.1:$metrics/metrics")"
[ "$(status_of /metrics)" = 404 ] || fail "metrics at the public port"
stop || fail "gauthd did not end well"

# A database of another time: refused, with the command that helps.
version() { pg psql -q -h "$TOP/pg" -U owner -d authority -c "$1" >"$TOP/out" 2>&1 || fail "psql: $1"; }
version "INSERT INTO schema_version (number, name) VALUES (9999, 'later')"
ends 1 timeout 60 "$BUILD/gauthd" --state "$STATE" --port "$PORT"
grep -q 'run a newer program' "$TOP/out" || fail "an own newer schema was not refused"
version "DELETE FROM schema_version WHERE number = 9999"
start
[ "$(api demo | jq .members)" = 4 ] || fail "members: $(api demo)"
stop || fail "gauthd did not end well"
