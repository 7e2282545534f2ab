#!/bin/bash
# SPDX-License-Identifier: ISC
# Under "emergency" an operator's word suspends, peers hear it from the lists at once, and the group decides: it expels one, and keeps another.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

emergency() {
	gmc ana charter show | jq '.membership.removal = "emergency" | .membership.suspension = 7200 | del(.amendment)' >"$TOP/next.json" &&
		gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "hours count" --yes
}
is_second() { [ "$(api circle | jq -r .charter.version)" = 2 ]; }
outcome_is() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }
member_of() { api circle/members | jq -r --arg n "$1" '.members[] | select(.name == $n) | .member'; }
state_is() { [ "$(api circle/members | jq -r --arg n "$1" '.members[] | select(.name == $n) | .state')" = "$2" ]; }
# What a peer that fetches makes of somebody's certificate.
peer_says() { # status, who
	gmc ana fetch >/dev/null && gmc ana verify --trust "$HOMES/ana/trust.json" "$HOMES/$2/gmc.pem" >"$TOP/out" 2>&1
	[ $? = "$1" ]
}
move() { # who: $NUMBER is the proposal
	ok gmc ana expel "$1"
	NUMBER=$(grep -oE 'proposal [0-9]+' "$TOP/out" | head -n 1 | grep -oE '[0-9]+')
}

ok ctl init
start
found circle vote ana bo cy mallory
ok emergency
soon is_second || fail "charter 2 is not in force"
for who in ana bo cy mallory; do ok gmc $who fetch; done
peer_says 0 mallory || fail "mallory is no member"

# An operator suspends.
ok ctl member revoke circle "$(member_of mallory)" --key "$STATE/admin.pem" --cause privilege_withdrawn
said 'suspended until'
state_is mallory suspended || fail "mallory is not suspended"
soon peer_says 12 mallory || fail "a peer lets mallory in"
said suspended
ok gmc ana members
said 'suspended until'
ends 4 gmc mallory renew
said suspended
ends 4 gmc mallory expel ana
said suspended

# The group makes it final.
move mallory
for who in ana bo cy; do gmc $who vote "$NUMBER" yes >/dev/null 2>&1; done
soon outcome_is "$NUMBER" yes || fail "mallory is not expelled"
state_is mallory expelled || fail "mallory is no former member"
api "circle/proposals/$NUMBER/record" >"$TOP/record.json"
ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
bent_under "$HOMES/ana/trust.json" "$TOP/record.json"
peer_says 12 mallory || fail "a peer lets mallory in again"

# Another one it keeps: restored at once, and not to be suspended again soon.
ok ctl member revoke circle "$(member_of cy)" --key "$STATE/admin.pem" --cause privilege_withdrawn
soon peer_says 12 cy || fail "a peer lets cy in"
move cy
for who in ana bo; do ok gmc $who vote "$NUMBER" no; done
soon state_is cy member || fail "cy is not restored"
soon peer_says 0 cy || fail "a peer refuses cy"
ends 1 ctl member revoke circle "$(member_of cy)" --key "$STATE/admin.pem" --cause cessation
said suspended_lately
ok gmc cy renew
ok gmc ana audit --log
echo "suspensions: an operator holds, the group decides"
