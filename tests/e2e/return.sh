#!/bin/bash
# SPDX-License-Identifier: ISC
# Who was turned away waits, comes again and is decided by the stricter rule; a member brings in as many as it may. All of it is audited.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

amend() { # group, jq filter
	gmc ana charter show | jq "$2 | del(.amendment)" >"$TOP/next.json" &&
		gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "once bitten" --yes
}
version_is() { [ "$(api "$1" | jq -r .charter.version)" = "$2" ]; }
outcome_is() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }
open_for() { # who: the newest proposal about it that is open
	NUMBER=$(api "circle/proposals" | jq -r --arg n "$1" '[.proposals[] | select(.name == $n)] | last | .number')
	[ "$NUMBER" != null ] && [ -n "$NUMBER" ]
}

ok ctl init
start
found circle vote ana bo cy
ok amend circle '.readmission = {"wait": 8, "requirement": {"votes": {"count": 3}}} | .membership.names = "none"
	| .tests += [{"name": "who comes back needs three", "again": true, "members": 3, "yes": 2, "closed": true, "expect": "no"}]'
soon version_is circle 2 || fail "charter 2 is not in force"
for who in ana bo cy; do ok gmc $who fetch; done

# Turned away, too soon, and again.
apply circle dee
for who in ana bo; do gmc $who vote "$NUMBER" no >/dev/null 2>&1; done
soon outcome_is "$NUMBER" no || fail "dee is not turned away"
gmc dee join "$LINK" --no-wait >/dev/null 2>&1
ends 4 gmc dee join "$LINK" --no-wait
said too_soon
again() { gmc dee join "$LINK" --no-wait; }
soon again || fail "dee may not come again"
soon open_for dee || fail "nobody is asked about dee again"
[ "$NUMBER" = 2 ] || fail "proposal $NUMBER"
for who in ana bo; do ok gmc $who vote 2 yes; done
[ "$(api circle/proposals/2 | jq -r .outcome)" = null ] || fail "two were enough for dee"
ok gmc cy vote 2 yes
soon outcome_is 2 yes || fail "dee is not admitted"
ok gmc dee join "$LINK" --wait 30
ok gmc dee audit --trust "$HOMES/dee/trust.json" "$HOMES/dee/record.json"
bent_under "$HOMES/dee/trust.json" "$HOMES/dee/record.json"

# A voucher brings in one, and has no other for a while.
ok gmc ana fetch
ok amend circle '.admission = {"vouches": {"count": 1}} | .membership.sponsor = {"per": 1, "window": 3600, "depth": 1} | .tests = []'
soon version_is circle 3 || fail "charter 3 is not in force"
for who in ana bo; do ok gmc $who fetch; done
apply circle eve
ok gmc ana vouch "$NUMBER"
soon outcome_is "$NUMBER" yes || fail "eve is not admitted"
apply circle fay
ends 4 gmc ana vouch "$NUMBER"
said sponsor_spent
ok gmc bo vouch "$NUMBER"
soon outcome_is "$NUMBER" yes || fail "fay is not admitted"
api "circle/proposals/$NUMBER/record" >"$TOP/record.json"
ok gmc bo audit --trust "$HOMES/bo/trust.json" "$TOP/record.json"
bent_under "$HOMES/bo/trust.json" "$TOP/record.json"
ok gmc ana audit --log
echo "returns: too soon, then by the stricter rule; a sponsor brings in as many as it may"
