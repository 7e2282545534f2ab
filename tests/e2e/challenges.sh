#!/bin/bash
# SPDX-License-Identifier: ISC
# Puzzles and work that the authority sets: an applicant solves one, another works, a third does both, and a voter shows that it is a person.
# Whoever does not is told so. All of it is audited offline.
# timeout: 120
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_challenges.sh

version_is() { [ "$(api circle | jq -r .charter.version)" = "$1" ]; }
rule() { # version, jq's words for the charter
	gmc ana charter show | jq "$2 | .tests = []" >"$TOP/next.json"
	ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$(state_base)/admin.pem" --yes --because "to try it"
	soon version_is "$1" || fail "charter $1 is not in force"
	ok gmc ana fetch
}
member() { # who
	ok gmc "$1" status
	said member
	N=$(api "circle/proposals?state=all" | jq -r --arg n "$1" '.proposals[] | select(.name == $n) | .number')
	api "circle/proposals/$N/record" >"$TOP/record.json"
	ok gmc ana audit --trust "$HOMES/ana/trust.json" "$TOP/record.json"
}

# A provider that speaks the siteverify protocol, and knows one token.
PROVIDER=$(free_port)
node -e 'require("http").createServer((q, r) => { let body = ""; q.on("data", (d) => { body += d; }); q.on("end", () => {
	const p = new URLSearchParams(body), ok = q.method === "POST" && p.get("secret") === "between us" && p.get("response") === "token-1";
	r.end(JSON.stringify(ok ? { success: true, hostname: "127.0.0.1", challenge_ts: new Date().toISOString() } : { success: false, "error-codes": ["invalid-input-response"] }));
}); }).listen(process.argv[1], "127.0.0.1")' "$PROVIDER" &
provider=$!
trap 'kill $provider; stop' EXIT
echo 'between us' >"$TOP/secret"
chmod 600 "$TOP/secret"

ok ctl init
[ "$(id -u)" != 0 ] || chown gauthd "$TOP/secret"
sed -i -e '/^\[external\]/,/^\[/{s/^provider =.*/provider = custom/;s/^label =.*/label = gate/;s/^hostname =.*/hostname = 127.0.0.1/;s/^allow_private = .*/allow_private = yes/' \
	-e "s#^url =.*#url = http://127.0.0.1:$PROVIDER/siteverify#;s#^secret =.*#secret = $TOP/secret#" -e '}' "$STATE/gauthd.conf"
start
found circle vote ana bo
rule 2 'del(.amendment) | .admission = {captcha: {kinds: ["graphic"]}}'

# Without an answer nobody comes in, and nothing is left of who tried.
mkdir -p "$HOMES/eve"
ends 1 gmc eve join "$LINK" --name eve </dev/null
said challenge_missing
ends 4 gmc eve join "$LINK" --name eve --sponsor </dev/null
said challenge_missing
[ "$(api circle/applications | jq '.applications | length')" = 0 ] || fail "an application without its challenge came in"

mkdir -p "$HOMES/cy"
solving cy graphic challenge-1.png join "$LINK" --name cy --wait 30
said "that is not the answer; 2 tries are left"
member cy

rule 3 '.admission = {work: {effort: 100000}}'
mkdir -p "$HOMES/dee"
ok gmc dee join "$LINK" --name dee --wait 30 </dev/null
said "tries of 8 MiB"
member dee

rule 4 '.admission = {all: [{work: {effort: 20000}}, {captcha: {kinds: ["graphic", "audio"]}}]} | .voting.human = {captcha: {kinds: ["logic"]}}'
mkdir -p "$HOMES/finn"
solving finn audio challenge-1.wav join "$LINK" --name finn --puzzle audio --wait 30
said "tries of 8 MiB"
member finn

# A provider's word, for one of them.
rule 5 '.admission = {external: {provider: "gate"}}'
mkdir -p "$HOMES/hal" "$HOMES/ivy"
ends 4 gmc hal join "$LINK" --name hal --wait 30 <<<"token-0"
said provider_refused
ok gmc hal join "$LINK" --name hal --wait 30 <<<"token-1"
member hal
ends 4 gmc ivy join "$LINK" --name ivy --wait 30 <<<"token-1"
said challenge_spent

# Voters are people too.
rule 6 '.admission = {votes: {count: 1}}'
apply circle gil
ends 1 gmc bo vote "$NUMBER" yes </dev/null
said challenge_missing
solving bo logic challenge-2.png vote "$NUMBER" yes
ok gmc gil join "$LINK" --wait 30 </dev/null
member gil
ok gmc ana fetch
ok gmc ana audit --log
echo "a puzzle, work, both, a provider's word, and a voter who is human"
