#!/bin/bash
# SPDX-License-Identifier: ISC
# 64 clients redeem one solved puzzle at once, at two gauthd on one database, one or the other of which is killed meanwhile: each time exactly
# one application is taken, and what is withdrawn gives no ticket back. ROUNDS=10 puzzles, 1 000 in `make soak`.
# timeout: 120
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_two.sh

ROUNDS=${ROUNDS:-$([ -n "${SOAK:-}" ] && echo 1000 || echo 10)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
echo "seed $SEED, $ROUNDS rounds"

first_ready() { is_ready && [ "$(child gauthd)" != "$1" ]; }
struck=-60
# Kills one of the two, and waits until it is back. Its parent starts the first again, later each time that it ends within a minute.
strike() {
	local victim
	if [ $((RANDOM % 2)) = 0 ] && [ $((SECONDS - struck)) -gt 60 ]; then
		struck=$SECONDS
		victim=$(child gauthd)
		kill -KILL "$victim" || fail "no gauthd to kill"
		soon first_ready "$victim" || fail "gauthd is not back"
	else
		kill -KILL "$second"
		wait "$second" 2>/dev/null
		start_second
	fi
}

start_database
ok ctl init
# Both are one service to those who ask: what is set by one may be brought to the other.
printf "[listen]\npublic_url = %s\n[limits]\nrate = 60000\nburst = 60000\n" "$URL" >>"$STATE/gauthd.conf"
start
start_second
found circle vote ana bo
gmc ana charter show 2>/dev/null | jq --arg x "$(notary_key)" '.tests = [] | .authority.notaries += [.authority.notaries[0] | .key.x = $x] |
	.admission = {all: [{captcha: {kinds: ["graphic"]}}, {votes: {count: 2}}]}' >"$TOP/next.json"
ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --yes --because "to try it"
amended() { [ "$(api circle | jq .charter.version)" = 2 ]; }
soon amended || fail "charter 2 is not in force"

# Whoever asks first has the secret made that puzzles follow from.
mkdir -p "$HOMES/eve"
ends 1 gmc eve join "$LINK" --name eve </dev/null
said challenge_missing
read -r number secret <<<"$(sql "SELECT number || ' ' || encode(secret, 'hex') FROM puzzle_secrets ORDER BY number DESC LIMIT 1")"

"$BUILD/tests/e2e/redeems" circle "$ROUNDS" "$number" "$secret" "$URL" "$URL2" >"$TOP/out" 2>&1 &
clients=$!
strikes=0
# Few rounds are over within a second: the first strike comes at once.
pause=0.05
while sleep $pause && kill -0 $clients 2>/dev/null; do
	strike
	pause=0.$((3 + RANDOM % 7))
	strikes=$((strikes + 1))
done
wait $clients || fail "the clients were told otherwise"
sed 's/^/refused: /' "$TOP/out"
echo "$strikes times one of the two was killed"
[ $strikes -gt 0 ] || fail "nobody was killed"
said challenge_spent

is() { # words, query, wanted
	local got
	got=$(sql "SELECT count(*) FROM $2")
	[ "$got" = "$3" ] || fail "$1: $got, not $3"
}
is "applications" "applications WHERE name LIKE 'client-%'" "$ROUNDS"
is "keys that applied" "(SELECT DISTINCT key FROM applications WHERE name LIKE 'client-%') x" "$ROUNDS"
is "challenges that are spent" "puzzles WHERE spent IS NOT NULL" "$ROUNDS"
ok gmc ana fetch
ok gmc ana audit --log
stop_second
stop || fail "gauthd did not end well"
