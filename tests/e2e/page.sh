#!/bin/bash
# SPDX-License-Identifier: ISC
# The page of challenges in a real browser: ALTCHA's widget does the work of one application; with scripts off others come in by picture, by
# sound, by tiles and the keyboard alone, and by a sponsor. Each of them is a member afterwards.
# timeout: 180
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/demo/person.sh

command -v chromium >/dev/null || { echo "chromium is missing: tests/deps.sh test"; exit 77; }
version_is() { [ "$(api circle | jq -r .charter.version)" = "$1" ]; }
rule() { # version, jq's words for the charter
	gmc ana charter show | jq "$2 | .tests = []" >"$TOP/next.json"
	ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$(state_base)/admin.pem" --yes --because "to try it"
	soon version_is "$1" || fail "charter $1 is not in force"
	ok gmc ana fetch
}

# Somebody begins to join, and has the address of a page; $TASKS grows.
begin() { # who, way
	mkdir -p "$HOMES/$1"
	gmc "$1" join "$LINK" --name "$1" --puzzle page --wait 60 </dev/null >"$TOP/$1.out" 2>&1 &
	PIDS="${PIDS:-} $1:$!"
	soon grep -q '^page ' "$TOP/$1.out" || fail "no page was shown to $1: $(cat "$TOP/$1.out")"
	TASKS+=("$2=$(sed -n 's/^page *//p' "$TOP/$1.out")")
}
at_the_page() {
	SECRET=$(puzzle_secret)
	(cd "$TOP" && ok node "$OLDPWD/tests/browser/challenges.mjs" "$TOP" "$BUILD/tests/demo/solver $SECRET" "${TASKS[@]}") || exit 1
}
all_members() {
	local one
	for one in $PIDS; do
		wait "${one#*:}" || { cp "$TOP/${one%%:*}.out" "$TOP/out"; fail "${one%%:*} is no member"; }
		ok gmc "${one%%:*}" status
		said member
	done
	PIDS= TASKS=()
}

ok ctl init
start
found circle vote ana bo
PIDS= TASKS=()

rule 2 'del(.amendment) | .admission = {work: {effort: 20000}}'
begin cy widget
at_the_page
all_members

rule 3 '.admission = {any: [{captcha: {kinds: ["graphic", "audio", "logic"]}}, {vouches: {count: 1, age: 0, budget: 4, window: 7776000, expiry: 1814400}}]}'
begin dee image
TASKS=("look=${TASKS[0]#*=}" "${TASKS[@]}")
begin eve audio
begin finn tiles
begin gus sponsor
at_the_page
soon proposal_of circle gus || fail "no proposal for gus"
ok gmc ana vouch "$(proposal_of circle gus)"
all_members
ok gmc ana audit --log
echo "by the widget, a picture, a sound, tiles and a sponsor"
