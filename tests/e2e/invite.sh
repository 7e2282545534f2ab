#!/bin/bash
# SPDX-License-Identifier: ISC
# Nobody comes by asking, with the real programs: candidates are measured, one is invited by a member, and one of three is drawn by lot.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

state_of() { api "$1/candidates" | jq -er --arg n "$2" '[.candidates[] | select(.name == $n)][-1].state'; }
is_in_state() { [ "$(state_of "$1" "$2")" = "$3" ]; }
candidate() { # group, who
	mkdir -p "$HOMES/$2"
	ok gmc "$2" candidate "$LINK" --name "$2"
	is_in_state "$1" "$2" candidate || fail "$2 is no candidate"
}

ok ctl init
start

# ---- members invite whom two of them have watched

found salon invitation ana bo cy
candidate salon dee
ends 4 gmc ana invite dee
said not_eligible
ok gmc ana measure dee uptime=2d activity=12 history=3
ends 4 gmc ana measure dee uptime=3d
said too_soon
ok gmc bo measure dee uptime=1d activity=2
ok gmc ana invite dee
is_in_state salon dee invited || fail "dee is not invited"
ok gmc dee candidate
said 'invited'
apply salon dee
is_in_state salon dee enrolling || fail "dee is not enrolling"
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc dee join "$LINK" --wait 30
is_in_state salon dee member || fail "dee is no member"
D=$HOMES/dee
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc dee audit --trust "$D/trust.json" "$D/record.json"
bent_under "$D/trust.json" "$D/record.json"
mkdir -p "$HOMES/mallory"
ends 4 gmc mallory join "$LINK" --name mallory --no-wait
said not_invited
ok gmc ana audit --log

# ---- a loaded group draws one of three

HOMES=$TOP/second
found forum vote ana bo cy
gmc ana charter show | jq '.admission = {"all": [{"invitation": {"life": 86400, "draw": 1, "observers": 2}}, .admission]}
	| .inviting = {"measures": {"uptime": 3600}, "window": 86400, "every": 3600, "load": {"clients": 50, "share": "1/2"}} | .tests = []' >"$TOP/next.json"
ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "nobody comes by asking" --yes
in_force() { [ "$(api forum | jq .charter.version)" = 2 ] || [ "$(api forum | jq .version)" = 2 ]; }
sleep 1
for who in ana bo cy; do ok gmc $who fetch; done
for who in dee eve fay; do candidate forum $who; done
ends 4 gmc dee join "$LINK" --no-wait
said not_invited
for who in dee eve fay; do
	ok gmc ana measure $who uptime=2h
	ok gmc bo measure $who uptime=3h activity=1
done
ok gmc ana measure load clients=80
soon is_in_state forum dee candidate || fail "somebody was drawn before enough members told their load"
ok gmc bo measure load clients=10
drawn() { api forum/candidates | jq -er '.candidates[] | select(.state == "invited") | .name'; }
soon drawn || fail "nobody was drawn"
WHO=$(drawn)
[ "$(echo "$WHO" | wc -w)" = 1 ] || fail "several were drawn: $WHO"
for who in dee eve fay; do
	[ $who = "$WHO" ] && continue
	ends 4 gmc $who join "$LINK" --no-wait
	said not_invited
done
apply forum "$WHO"
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc "$WHO" join "$LINK" --wait 30
D=$HOMES/$WHO
ok gmc "$WHO" verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc "$WHO" audit --trust "$D/trust.json" "$D/record.json"
bent_under "$D/trust.json" "$D/record.json"
jq -e '[.evidence[].object.payload | gsub("-"; "+") | gsub("_"; "/") | . + "==="[0:(4 - length % 4) % 4] | @base64d | fromjson | .kind] | sort == ["gmc-candidacy", "gmc-draw"]' \
	"$D/record.json" >/dev/null || fail "the record does not show candidacy and draw"
ok gmc ana audit --log
ok gmc ana candidates
said "$WHO"
echo "invitations: who is invited comes in, and nobody else"
