#!/bin/bash
# SPDX-License-Identifier: ISC
# Signer and database go away under the service: it says so, with Retry-After, and comes back by itself; what was acknowledged is there.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

headers() { curl -s -o /dev/null -D - --max-time 20 "$URL$1"; }
ok ctl init
start
found demo vote ana bo cy
apply demo dee
ok gmc ana vote "$NUMBER" yes

# The signer: stopped, so that its supervisor does not notice. Votes are taken and decided meanwhile; certificates wait.
signer=$(child gauth-signer)
kill -STOP "$signer" || fail "no signer to stop"
ok gmc bo vote "$NUMBER" yes
decided() { [ "$(api "demo/proposals/$NUMBER" | jq -r .outcome)" = yes ]; }
soon decided || fail "not decided without the signer"
[ "$(api "demo/members" | jq '[.members[] | select(.state == "member")] | length')" = 4 ] || fail "dee has not joined"
kill -KILL "$signer"
ok gmc dee join "$LINK" --wait 30
soon is_ready || fail "not ready after the signer came back"

# The database is killed as a power cut would, and stays away while the parent stands still. Requests meanwhile are told to come again.
before=$(api demo | jq -c '[.head, .members]')
kill -STOP "$daemon" && kill -KILL "$(child postgres)" || fail "no database to kill"
told() { headers "$1" >"$TOP/out" && grep -q '^HTTP/1.1 503' "$TOP/out"; }
for path in /v1/groups/demo /v1/groups/demo/members /readyz; do
	soon told $path || fail "$path answers without a database"
	grep -qiE '^retry-after: [1-9]' "$TOP/out" || fail "503 without Retry-After: $path"
	[ $path = /readyz ] || grep -qi '^content-type: application/problem+json' "$TOP/out" || fail "503 without a problem: $path"
done
kill -CONT "$daemon"
soon is_ready || soon is_ready || soon is_ready || fail "not ready after the database came back"
[ "$(api demo | jq -c '[.head, .members]')" = "$before" ] || fail "not as before: $before"
apply demo eve
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc eve join "$LINK" --wait 30

# gauthd itself.
kill -KILL "$(child gauthd)"
soon is_ready || fail "gauthd was not started again"
[ "$(api demo | jq .members)" = 5 ] || fail "members: $(api demo)"
stop || fail "gauthd did not end well"

# Killed altogether: what is left over is adopted or ends, and the next one goes on.
start
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
start
[ "$(api demo | jq .members)" = 5 ] || fail "members: $(api demo)"
stop || fail "gauthd did not end well"
