#!/bin/bash
# SPDX-License-Identifier: ISC
# Admission by vouches, with the real programs: two members' words let somebody in, one member's keep another waiting; all of it is audited.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

ok ctl init
start
found circle vouch ana bo cy

apply circle dee
ends 1 gmc dee vouch "$NUMBER"
ok gmc ana vouch "$NUMBER" -m "we have worked together"
said 'receipt kept'
# Said again it is the same one, with its first receipt; another one is refused.
cp -r "$HOMES/ana/receipts" "$TOP/receipts"
ok gmc ana vouch "$NUMBER" -m "we have worked together for long"
said 'receipt kept'
ok diff -r "$HOMES/ana/receipts" "$TOP/receipts"
rm -r "$HOMES/ana/vouches"
ends 4 gmc ana vouch "$NUMBER"
said replayed
[ -z "$(ls "$HOMES/ana/vouches")" ] || fail "a vouch that was refused is kept"
ok gmc dee status
said 'missing  vouches: 1 of 2'
ok gmc ana proposals "$NUMBER"
said 'missing  vouches: 1 of 2'

curl -s "$URL/g/circle" | grep -q 'Vouched for by ana\.' || fail "the page does not show who vouched"

# Signed here, sent from there.
application=$(api circle/applications | jq -r '.applications[] | select(.name == "dee") | .application')
ok gmc bo vouch "$application" --out "$TOP/vouch.json"
ok gmc bo show "$TOP/vouch.json"
ok gmc cy submit "$TOP/vouch.json"
ok gmc dee join "$LINK" --wait 30
[ "$(api "circle/applications/$application/vouches" | jq -r '[.vouches[].name] | sort | join(" ")')" = 'ana bo' ] || fail "who vouched"

D=$HOMES/dee
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc dee audit --trust "$D/trust.json" "$D/record.json"
tr -d ' \n' <"$D/record.json" | sed -E 's/("object":\{"payload":".{40})./\1_/' >"$TOP/forged.json"
ends 14 gmc dee audit --trust "$D/trust.json" "$TOP/forged.json"
ok gmc ana audit --log

ok gmc ana members --tree
said '  dee - vouched for by ana, bo'

# One vouch is not enough, and whose key is revoked vouches for nobody any more.
apply circle eve
ok gmc cy vouch "$NUMBER"
who_vouched() { api "circle/proposals?state=all" | jq -r --argjson n "$NUMBER" '.proposals[] | select(.number == $n) | .vouched'; }
[ "$(who_vouched)" = cy ] || fail "who vouched: $(who_vouched)"
ok gmc cy revoke --own-key --cause key_compromise --yes
[ "$(who_vouched)" = null ] || fail "a void vouch is counted: $(who_vouched)"
ok gmc ana vouch "$NUMBER"
sleep 2
[ "$(api "circle/proposals/$NUMBER" | jq -r .outcome)" = null ] || fail "eve came in by a vouch of nobody"
ok gmc bo vouch "$NUMBER"
ok gmc eve join "$LINK" --wait 30
ok gmc eve audit --trust "$HOMES/eve/trust.json" "$HOMES/eve/record.json"
ok gmc ana audit --log
echo "vouches: who is vouched for twice comes in"
