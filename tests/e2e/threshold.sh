#!/bin/bash
# SPDX-License-Identifier: ISC
# A threshold group with the real programs: five founders, each with an agent, make the group's key over the authority's board.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_threshold.sh

ok ctl init
sed -i 's/^#* *ceremony_wait = .*/ceremony_wait = 5s/' "$STATE/gauthd.conf"
start
found_threshold circle 3 ana bo cy dee eve

# Without agents there is no key, and nobody can apply.
mkdir -p "$HOMES/fay"
gmc fay join "$LINK" --name fay --no-wait >"$TOP/out" 2>&1 && fail "an application before there is a key"
said key_missing

# One founder's agent is away: it is named, and the others go on without it.
agents ana bo cy dee
within 30 is_over 1 failed || fail "a silent founder held up the others"
ok gmc ana ceremony show 1
said 'number 5: silent'
within 30 is_over 2 done || fail "no key"
soon grep -qF 'hold key' "$TOP/agent.ana.log" || fail "the agent did not say how it ended"
quiet
ok gmc ana ceremony list --all --json
ok gmc fay ceremony show 2 --out "$TOP/transcript.json"
said 'any 3 of 4 sign'
ok gmc fay ceremony verify "$TOP/transcript.json"
said 'all 4 holders signed'
[ "$(stat -c %a "$HOMES/ana/agent.vault")" = 600 ] || fail "others may read the vault"

# The next version names it, with the transcript that all holders signed; the founders' certificates follow in the log.
name_key 2
soon in_version 2 || fail "charter 2 is not in force"
ok gmc ana fetch
said 'no certificate yet'
ok gmc ana charter show 2
said '"held_by": "members"'
api circle/charters/2 | jq -e '.transcript | length == 1' >/dev/null || fail "no transcript in charter 2"
are_intended() { [ "$(api circle/log/entries | jq '.entries | length')" = 13 ]; }
soon are_intended || fail "the founders' certificates are not intended"
ok gmc eve audit --log

# The agents sign, unasked: the CA's certificate, the founders', the list of what is revoked.
agents ana bo cy
has_authority() { api circle | jq -e '.authorities | length == 1'; }
within 30 has_authority || fail "the members did not sign the CA's certificate"
has_crl() { [ "$(status_of /v1/groups/circle/crl)" = 200 ]; }
within 30 has_crl || fail "the members did not sign the CRL"
collected() { gmc "$1" fetch && [ -f "$HOMES/$1/gmc.pem" ]; }
for who in ana bo cy dee eve; do
	within 30 collected "$who" || fail "$who has no certificate"
done
D=$HOMES/ana
ok openssl verify -x509_strict -check_ss_sig -crl_check -CAfile "$D/ca.pem" -CRLfile "$D/crl.pem" "$HOMES/eve/gmc.pem"
echo "threshold: a key is made, named, and signs"
