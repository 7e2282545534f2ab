#!/bin/bash
# SPDX-License-Identifier: ISC
# Temporal re-join, with the real programs: in a new epoch a member gets another node ID with its next certificate, and the log agrees.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

ok ctl init
start
found forum vote ana bo
node() { gmc "$1" verify --json "$HOMES/$1/gmc.pem" | jq -r .node; }
first=$(node ana)
gmc ana charter show | jq '.membership.rejoin = 6 | del(.amendment)' >"$TOP/next.json"
ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "for a test" --yes
is_second() { [ "$(api forum | jq -r .charter.version)" = 2 ]; }
soon is_second || fail "charter 2 is not in force"

# Within the epoch a renewal keeps the node ID; in the next one it brings another.
# Not oftener than once a second: a member gets 16 certificates in a while, and no more.
moved() { sleep 0.9 && gmc ana renew >"$TOP/out" 2>&1 && [ "$(node ana)" != "$first" ]; }
soon moved || fail "no other node ID in six seconds"
said "node"
second=$(node ana)
[ "$(api forum/members | jq -r '.members[] | select(.name == "ana") | .node')" = "$second" ] || fail "the list of members has another node"
ok gmc ana verify --trust "$HOMES/ana/trust.json" "$HOMES/ana/gmc.pem"
ok gmc ana audit --log

# Seeds are shared: the newcomer's is the next one, and its certificate ends with its epoch.
apply forum dee
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
decided() { [ "$(api "forum/proposals/$NUMBER" | jq -r .outcome)" = yes ]; }
soon decided || fail "dee was not admitted"
recorded() { curl -sf --max-time 5 "$URL/v1/groups/forum/proposals/$NUMBER/record" -o "$TOP/record.json"; }
soon recorded || fail "no record"
ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
bent_under "$HOMES/ana/trust.json" "$TOP/record.json"
ok gmc ana audit --log
echo "rejoin: a member moves once an epoch"
