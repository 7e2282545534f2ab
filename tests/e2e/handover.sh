#!/bin/bash
# SPDX-License-Identifier: ISC
# The administrators are lost: recovery keys name others, after a notice, and the members can stop it. Then another notary and a further
# issuing key take over: certificates of before and after verify alike. And at last an heir takes over from an authority that is gone.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# The rules, changed by jq's words, as the next version; approved with a key.
propose() { # filter, key, effective
	gmc ana charter show | jq "$1" >"$TOP/next.json" &&
		gmc ana charter propose "$TOP/next.json" ${3:+--effective "$3"} --key "$2" --because "we try it" --yes
}
version_is() { [ "$(api circle | jq -r .charter.version)" = "$1" ]; }
outcome_is() { [ "$(api "circle/proposals/$1" | jq -r .outcome)" = "$2" ]; }
jwk() { # key file
	printf '{"kty":"OKP","crv":"Ed25519","x":"%s"}' "$(openssl pkey -in "$1" -pubout -outform DER | tail -c 32 | base64 -w0 | tr '+/' '-_' | tr -d =)"
}
number() { sed -n 's/.*gmc vote \([0-9]*\) .*/\1/p' "$TOP/out"; }

ok ctl init
start
found circle vote ana bo cy
for who in spare1 spare2 next thief notary; do
	openssl genpkey -algorithm ed25519 -out "$TOP/$who.pem" || fail "no key"
done
SPARES="[{\"name\":\"spare1\",\"key\":$(jwk "$TOP/spare1.pem")},{\"name\":\"spare2\",\"key\":$(jwk "$TOP/spare2.pem")}]"
ok propose "del(.amendment) | .voting.change = false | .recovery.administrators = {\"threshold\":2,\"keys\":$SPARES,\"notice\":2,\"veto\":2}" "$STATE/admin.pem" 1s
soon version_is 2 || fail "charter 2 is not in force"
ok gmc ana fetch

# Nothing is smuggled in, one is too few, and no administrator makes up for the other.
NEXT=".administrators.keys = [{\"name\":\"next\",\"key\":$(jwk "$TOP/next.pem")}] | .administrators.threshold = 1"
ends 1 propose "$NEXT | .purpose = \"ours now\"" "$TOP/spare1.pem"
said recovery_changes
ends 1 propose "$NEXT" "$TOP/thief.pem"
said not_an_administrator
ends 4 propose "$NEXT" "$TOP/spare1.pem" 30s
said notice_short
ok propose "$NEXT" "$TOP/spare1.pem"
said '1 of 2'
DRAFT=$(sed -n 's/.*version 3, \(sha256:[^ ]*\).*/\1/p' "$TOP/out")
ends 1 gmc ana charter approve "$DRAFT" --key "$STATE/admin.pem" --because "we try it" --yes
said approvals_mixed
ok gmc ana charter approve "$DRAFT" --key "$TOP/spare2.pem" --because "we try it" --yes
N=$(number)

# Two members are enough to stop it.
ok gmc ana vote "$N" no
ok gmc bo vote "$N" no
soon outcome_is "$N" no || fail "the veto is not heard"
api "circle/proposals/$N/record" >"$TOP/record.json"
ends 10 gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"

# Where the members are not asked, the notice alone stands before it.
ok propose ".recovery.administrators.veto = 0" "$STATE/admin.pem" 1s
soon version_is 3 || fail "charter 3 is not in force"
ok gmc ana fetch
ok propose "$NEXT" "$TOP/spare1.pem" 4s
DRAFT=$(sed -n 's/.*version 4, \(sha256:[^ ]*\).*/\1/p' "$TOP/out")
ok gmc ana charter approve "$DRAFT" --key "$TOP/spare2.pem" --because "we try it" --yes
said logged
soon version_is 4 || fail "charter 4 is not in force"
ok gmc ana fetch
ends 1 propose '.purpose = "as before"' "$STATE/admin.pem" 1s
said not_an_administrator

# Another notary, and an issuing key that the signer makes.
cp "$HOMES/bo/gmc.pem" "$TOP/old.pem"
ctl key new circle --json >"$TOP/keys.json" 2>"$TOP/out" || fail "no further key"
ISSUING=$(jq -r .issuing.spki "$TOP/keys.json")
SINCE=$(date +%s)
OVER=$((SINCE + 315360000))
ok propose ".authority.notaries += [{\"key\":$(jwk "$TOP/notary.pem"),\"from\":$SINCE,\"until\":$OVER}]
	| .authority.issuing += [{\"spki\":\"$ISSUING\",\"alg\":\"Ed25519\",\"from\":$SINCE,\"until\":$OVER}]" "$TOP/next.pem" 1s
soon version_is 5 || fail "charter 5 is not in force"
stop
NOTARY=$(find "$STATE" -name notary.pem)
cat "$TOP/notary.pem" >"$NOTARY"
start
ok gmc ana fetch
ok propose "del(.authority.notaries[0])" "$TOP/next.pem" 1s
soon version_is 6 || fail "charter 6 is not in force"
apply circle dee
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc dee join "$LINK" --wait 30
for who in ana bo dee; do ok gmc $who fetch; done
D=$HOMES/dee
for cert in "$TOP/old.pem" "$D/gmc.pem"; do
	ok gmc ana verify "$cert"
	ok openssl verify -x509_strict -check_ss_sig -CAfile "$D/ca.pem" "$cert"
done
[ "$(openssl x509 -in "$TOP/old.pem" -noout -ext authorityKeyIdentifier)" != "$(openssl x509 -in "$D/gmc.pem" -noout -ext authorityKeyIdentifier)" ] ||
	fail "the further key issues nothing"

# The authority does not want to go. Its successor, at another address, is named without it; peers take that from a file, and hear the old one
# no more. It is gone before it knows; whoever has the log goes on with it.
SINCE=$(date +%s)
NEXT_PORT=$(free_port)
openssl genpkey -algorithm ed25519 -out "$TOP/heir.pem" || fail "no key"
gmc ana charter show | jq ".authority.notaries = [{\"key\":$(jwk "$TOP/heir.pem"),\"from\":$SINCE,\"until\":$OVER}]
	| .authority.addresses = [{\"url\":\"http://127.0.0.1:$NEXT_PORT\",\"from\":$SINCE,\"until\":$OVER}]" >"$TOP/next.json"
ends 1 gmc bo charter take "$TOP/next.json"
said approvals_missing
ok gmc ana charter propose "$TOP/next.json" --offline --effective 2s --key "$TOP/next.pem" --because "it is gone" --yes --out "$TOP/heir.json"
ok gmc bo charter take "$TOP/heir.json"
said 'version 7 is pinned'
ends 1 gmc bo fetch "$LINK"
said charter_rollback
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
ends 5 gmc bo fetch
cat "$TOP/heir.pem" >"$NOTARY"
PORT=$NEXT_PORT URL=http://127.0.0.1:$NEXT_PORT
start
ends 1 gmc bo fetch
said charter_rollback
ok gmc bo submit "$TOP/heir.json"
soon version_is 7 || fail "charter 7 is not in force"
for who in ana dee; do ok gmc $who charter take "$TOP/heir.json"; done
ends 1 gmc cy charter take "$TOP/heir.json"
said charter_gap
ok gmc cy charter take "$HOMES/ana/trust.json"
for who in ana bo cy dee; do ok gmc $who fetch; done
ok gmc ana verify "$TOP/old.pem"

# The members are asked again, and let it pass.
ok propose ".recovery.administrators.veto = 2" "$TOP/next.pem" 1s
soon version_is 8 || fail "charter 8 is not in force"
ok gmc ana fetch
ok propose "${NEXT//next.pem/thief.pem} | .administrators.keys[0].name = \"again\"" "$TOP/spare1.pem"
DRAFT=$(sed -n 's/.*version 9, \(sha256:[^ ]*\).*/\1/p' "$TOP/out")
ok gmc ana charter approve "$DRAFT" --key "$TOP/spare2.pem" --because "we try it" --yes
N=$(number)
for who in ana bo cy dee; do gmc $who vote "$N" yes >/dev/null 2>&1; done
soon outcome_is "$N" yes || fail "nobody says no, and yet they do not pass"
ok gmc ana fetch
api "circle/proposals/$N/record" >"$TOP/record.json"
ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
ok gmc ana audit --log
echo "handed over: administrators by recovery keys, a notary and an issuing key by an amendment, and all of it without the old notary"
