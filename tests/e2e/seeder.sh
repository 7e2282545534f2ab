#!/bin/bash
# SPDX-License-Identifier: ISC
# A second contributor of seeds, with the real programs: nobody gets a node ID without it, and it has its say once the application is logged.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_bent.sh

ok ctl init
start
found forum vote ana bo
mkdir -p "$HOMES/seeder"
ok gmc seeder keygen
x=$(openssl pkey -in "$HOMES/seeder/key.pem" -pubout -outform DER | tail -c 32 | base64 | tr '+/' '-_' | tr -d '=')
ends 1 gmc seeder seeder "$LINK" --once
said 'does not name this key'
gmc ana charter show | jq --arg x "$x" '.membership.seeder = {kty: "OKP", crv: "Ed25519", x: $x} | del(.amendment)' >"$TOP/next.json"
ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "node IDs are nobody's alone" --yes
is_second() { [ "$(api forum | jq -r .charter.version)" = 2 ]; }
soon is_second || fail "charter 2 is not in force"

# Nothing is committed to yet: nobody can apply.
mkdir -p "$HOMES/dee"
gmc dee join "$LINK" --name dee --no-wait >"$TOP/out" 2>&1 && fail "an application without the seeder"
said seeds_missing
ok gmc seeder seeder --once
said 'committed to 128, from number 0 on'
[ "$(stat -c %a "$HOMES/seeder/seeder.secret")" = 600 ] || fail "others may read the seeder's secret"

# The application waits for its seed, and is decided as soon as it is there.
ok gmc dee join "$LINK" --name dee --no-wait
[ "$(api forum/applications | jq -r '.applications[] | select(.name == "dee") | .state')" = received ] || fail "an application did not wait"
ok gmc seeder seeder --once
said 'number 0 revealed'
soon proposal_of forum dee || fail "no proposal after the seed"
NUMBER=$(proposal_of forum dee)
ok gmc ana vote "$NUMBER" yes
ok gmc bo vote "$NUMBER" yes
ok gmc dee join "$LINK" --wait 30
D=$HOMES/dee
jq -r .proposal.payload "$D/record.json" | tr -- '-_' '+/' | base64 -d 2>/dev/null | jq -e '.node.seeder.number == 0' >"$TOP/out" || fail "no seeder in the proposal"
ok gmc dee audit --trust "$D/trust.json" "$D/record.json"
bent_under "$D/trust.json" "$D/record.json"
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc ana audit --log

# It stays, and looks by itself.
GMC_HOME=$HOMES/seeder "$BUILD/gmc" seeder >"$TOP/seeder.log" 2>&1 &
seeder=$!
apply forum eve
kill "$seeder"
ok gmc ana audit --log
echo "seeder: node IDs come of two seeds"
