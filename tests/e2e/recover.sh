#!/bin/bash
# SPDX-License-Identifier: ISC
# Lost keys that the group replaces, renewals that it decides on, and members who meet a later charter's admission, with the real programs.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

# A further version of the charter, in force at once. $1: what jq makes of the last one.
amend() {
	local who
	gmc ana charter show 2>/dev/null | jq "$1" >"$TOP/next.json" || fail "jq: $1"
	ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "to try it" --yes
	VERSION=$((VERSION + 1))
	soon in_force || fail "charter $VERSION is not in force"
	for who in ana bo cy; do ok gmc $who fetch; done
}
in_force() { [ "$(api circle | jq -r .charter.version)" = "$VERSION" ]; }
decided() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }
asked() { NUMBER=$(api circle/proposals | jq -er --arg q "$1" '[.proposals[] | select(.question == $q)] | last | .number') || fail "no question to $1"; }
member() { api circle/members | jq -r --arg n "$1" '.members[] | select(.name == $n) | .member'; }
# Its record holds, to whoever reads it; $2: the status of an audit, which tells the outcome.
audited() {
	api "circle/proposals/$1/record" >"$TOP/record.json"
	ends "${2:-0}" gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
	bent_under "$HOMES/ana/trust.json" "$TOP/record.json"
	ok gmc ana audit --log
}
old_is_revoked() { gmc ana fetch && [ "$(gmc ana verify "$TOP/old.pem" >/dev/null; echo $?)" = 12 ]; }

ok ctl init
start
found circle vote ana bo cy
VERSION=1
amend 'del(.amendment) | .recovery = {"member": {"votes": {"count": 2}}}'

# bo's folder is lost. Whoever finds the group asks for another key in its name, and two others say that it is bo.
BO=$(member bo)
cp "$HOMES/bo/gmc.pem" "$TOP/old.pem"
mv "$HOMES/bo" "$HOMES/bo.lost"
mkdir "$HOMES/bo"
ok gmc bo fetch "$LINK"
ends 15 gmc bo recover bo --wait 1s
said 'the group decides, on proposal 1'
asked recover || fail "nobody is asked"
ends 1 env GMC_HOME="$HOMES/bo.lost" "$BUILD/gmc" vote "$NUMBER" no
said not_in_electorate
ok gmc ana vote "$NUMBER" yes
ok gmc cy vote "$NUMBER" yes
ok gmc bo recover bo --wait 30
said 'certificate '
[ "$(member bo)" = "$BO" ] || fail "bo is another member now"
ok gmc bo verify --trust "$HOMES/bo/trust.json" "$HOMES/bo/gmc.pem" --json
[ "$(jq -r .member "$TOP/out")" = "$BO" ] || fail "the certificate is another member's"
soon old_is_revoked || fail "the old certificate is not revoked"
ok gmc bo show "$HOMES/bo/gmc.pem"
said recovery
ends 4 env GMC_HOME="$HOMES/bo.lost" "$BUILD/gmc" renew
audited "$NUMBER"

# A key that is not lost objects.
mkdir "$HOMES/thief"
ok gmc thief fetch "$LINK"
ends 15 gmc thief recover cy --wait 1s
asked recover
ends 4 gmc ana object "$NUMBER"
said not_allowed
ok gmc cy object "$NUMBER"
soon decided "$NUMBER" void || fail "the objection was not heard"
ends 10 gmc thief recover cy --wait 20
ok gmc ana audit --log

# Two others vouch that it is the same person: one rule for that, as for applicants.
amend '.recovery = {"member": {"vouches": {"count": 2, "budget": 3, "window": 86400}}}'
cp "$HOMES/bo/gmc.pem" "$TOP/old.pem"
rm -r "$HOMES/bo.lost"
mv "$HOMES/bo" "$HOMES/bo.lost"
mkdir "$HOMES/bo"
ok gmc bo fetch "$LINK"
ends 15 gmc bo recover bo --wait 1s
asked recover
ends 4 env GMC_HOME="$HOMES/bo.lost" "$BUILD/gmc" vouch "$NUMBER"
said not_allowed
ok gmc ana vouch "$NUMBER"
ok gmc cy vouch "$NUMBER"
ok gmc bo recover bo --wait 30
said 'certificate '
[ "$(member bo)" = "$BO" ] || fail "bo is another member now"
[ "$(jq '[.evidence[] | select(.object)] | length' <(api "circle/proposals/$NUMBER/record"))" = 2 ] || fail "the record has not two vouches"
soon old_is_revoked || fail "the old certificate is not revoked"
audited "$NUMBER"

# Renewals by vote: one comes through, one is refused.
amend '.renewal = {"votes": {"count": 2}}'
ends 15 gmc ana renew --wait 1s
said 'the group decides'
asked renew
ends 15 gmc ana renew --wait 1s
ok gmc bo vote "$NUMBER" yes
ok gmc cy vote "$NUMBER" yes
ok gmc ana renew --wait 30
said 'certificate '
audited "$NUMBER"
ends 15 gmc cy renew --wait 1s
asked renew
ok gmc ana vote "$NUMBER" no
ends 10 gmc cy renew --wait 30
said 'did not agree'
audited "$NUMBER" 10
ends 4 gmc cy renew --rekey
said not_allowed

# Who was admitted before meets the admission of now, once.
amend 'del(.renewal) | .membership.earlier = "readmit" | .admission = {"votes": {"count": 1}} | .tests = []'
ends 15 gmc ana renew --wait 1s
asked renew
ok gmc bo vote "$NUMBER" yes
ok gmc ana renew --wait 30
audited "$NUMBER"
ok gmc ana renew
ok gmc ana audit --log
echo "recovery and renewal: the group decides, and every audit agrees"
