#!/bin/bash
# SPDX-License-Identifier: ISC
# A member signs two votes that contradict each other: another one takes both, complains, two move together, the group expels, and all of it is audited.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# Version 2 asks two members to move together, and for a complaint.
together() {
	gmc ana charter show | jq '.expelling = {"movers": 2, "complaint": true} | del(.amendment)' >"$TOP/next.json" &&
		gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "several, and for a reason" --yes
}
is_second() { [ "$(api circle | jq -r .charter.version)" = 2 ]; }
outcome_is() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }

ok ctl init
start
found circle vote ana bo cy mallory
M=$(api circle/members | jq -r '.members[] | select(.name == "mallory") | .member')
ok together
soon is_second || fail "charter 2 is not in force"
for who in ana bo cy mallory; do ok gmc $who fetch; done

# Two votes of one member on one proposal; the server keeps both.
apply circle dee
ok gmc mallory vote "$NUMBER" yes
ends 4 gmc mallory vote "$NUMBER" no
said equivocation
[ "$(api "circle/proposals/$NUMBER/contradictions" | jq -r '.contradictions[].name')" = mallory ] || fail "no contradiction is shown"

# Nobody moves alone, or without a complaint.
ends 1 gmc ana expel mallory
said complaint_missing
ends 1 gmc ana expel mallory --complaint all
said movers_missing
ends 1 gmc ana complain bo --votes "$NUMBER"
said no_contradiction
ok gmc ana complain mallory --votes "$NUMBER"
said 'receipt kept'
ok gmc cy complain mallory --observed flooded -m "10000 messages an hour" --out "$TOP/complaint.json"
ok gmc bo show "$TOP/complaint.json"
ok gmc bo submit "$TOP/complaint.json"
ok gmc bo complaints mallory
said 'proved: two votes contradict each other'
said 'observed: flooded'

ok gmc ana expel mallory --complaint all -m "two votes, and floods" --out "$TOP/motion.json"
ends 4 gmc ana submit "$TOP/motion.json"
said movers_missing
ends 1 gmc ana second "$TOP/motion.json" --yes
said replayed
ok gmc bo second "$TOP/motion.json" --yes --out "$TOP/motion-2.json"
ends 1 gmc cy second "$TOP/motion-2.json" --yes
said 'not_allowed'
ok gmc cy submit "$TOP/motion-2.json"
NUMBER=$(api circle/proposals | jq -r --arg m "$M" '.proposals[] | select(.question == "expel") | .number')
# Two of the three who may vote are more than half: the third would come too late.
for who in ana bo; do ok gmc $who vote "$NUMBER" yes; done
soon outcome_is "$NUMBER" yes || fail "mallory is still there"

# The record shows who moved and what it rests on, and is decided again without anybody's help.
api "circle/proposals/$NUMBER/record" >"$TOP/record.json"
[ "$(jq -c '[(.movers | length), (.complaints | length)]' "$TOP/record.json")" = '[1,2]' ] || fail "movers and complaints of the record"
ok gmc ana fetch
ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
spoiled() { # what is done to it, the refusal
	jq -c "$1" "$TOP/record.json" >"$TOP/forged.json" || fail "jq $1"
	ends 14 gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/forged.json"
	said "$2"
}
spoiled 'del(.complaints[1])' complaint_missing
spoiled '.complaints[0].object = .complaints[1].object' complaint_missing
spoiled '.complaints[0].object.signature |= sub("^...."; "AAAA")' bad_signature
spoiled 'del(.movers)' movers_missing
ok gmc bo audit --log
echo "complaints: who contradicts itself is expelled by two who move together"
