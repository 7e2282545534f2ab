#!/bin/bash
# SPDX-License-Identifier: ISC
# Two administrators stop admissions: who applies is told, who has passed waits and comes in afterwards; a version without notice is refused,
# and the rules of an older one come back as a new one.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# The rules, changed by jq's words, as the next version.
amend() { # filter, effective
	gmc ana charter show | jq "del(.amendment) | $1" >"$TOP/next.json" &&
		gmc ana charter propose "$TOP/next.json" ${2:+--effective "$2"} --key "$STATE/admin.pem" --because "we try it" --yes
}
version_is() { [ "$(api circle | jq -r .charter.version)" = "$1" ]; }
outcome_is() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }

ok ctl init
start
found circle vote ana bo cy


ok amend '.amending = {"freeze": 1}' 1s
soon version_is 2 || fail "charter 2 is not in force"
ok gmc ana fetch

# Somebody has passed, but for one vote, when it freezes.
apply circle dee
N=$NUMBER
ends 1 gmc ana charter freeze 40d --key "$STATE/admin.pem"
said out_of_range
ok gmc ana charter freeze 20s --key "$STATE/admin.pem"
said 'nobody is admitted'
for who in ana bo cy; do gmc $who vote "$N" yes >/dev/null 2>&1; done
gmc eve join "$LINK" --name eve --no-wait >"$TOP/out" 2>&1 && fail "eve applied in the frost"
said frozen
outcome_is "$N" yes && fail "dee was admitted in the frost"
ends 4 gmc ana charter freeze 30s --key "$STATE/admin.pem"
said frozen
soon outcome_is "$N" yes || soon outcome_is "$N" yes || soon outcome_is "$N" yes || fail "dee is not admitted afterwards"
ok gmc dee fetch
api "circle/proposals/$N/record" >"$TOP/record.json"
ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"

# Back to the rules of version 1, as a new version: nobody can freeze any more.
ok gmc ana fetch
gmc ana charter show 1 >"$TOP/old.json" 2>/dev/null
ok gmc ana charter propose "$TOP/old.json" --effective 1s --key "$STATE/admin.pem" --because "as it was" --yes
soon version_is 3 || fail "charter 3 is not in force"
ok gmc ana fetch
rules() { gmc ana charter show "$1" 2>/dev/null | jq -S 'del(.genesis, .version, .previous, .log, .effective, .founders)'; }
[ "$(rules 3)" = "$(rules 1)" ] && [ "$(rules 3)" != "$(rules 2)" ] || fail "charter 3 has other rules than charter 1"
gmc ana charter freeze 30s --key "$STATE/admin.pem" >"$TOP/out" 2>&1 && fail "an old freeze came back"
said not_allowed

# Notice.
ok amend '.amending = {"notice": 3600}' 1s
soon version_is 4 || fail "charter 4 is not in force"
ok gmc ana fetch
amend '.purpose = "in haste"' 1s >"$TOP/out" 2>&1 && fail "no notice was given"
said notice_short
ok amend '.purpose = "in time"'

ok gmc ana audit --log
echo "frost: admissions wait, versions are announced"
