#!/bin/bash
# SPDX-License-Identifier: ISC
# Challenges are asked for again and again, each time by another key: nothing is stored, and gauthd's memory does not grow. N=8 000 requests,
# a million in `make soak`.
# timeout: 120
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/demo/person.sh

N=${N:-$([ -n "${SOAK:-}" ] && echo 1000000 || echo 8000)}
# What a thread's heap or a cache may still take after the first quarter, in KiB.
SLACK=6144

ok ctl init
sed -i '/^\[limits\]/,/^\[/{s/^rate =.*/rate = 0/}' "$STATE/gauthd.conf"
grep -q '^rate = 0$' "$STATE/gauthd.conf" || printf '[limits]\nrate = 0\n' >>"$STATE/gauthd.conf"
start
found circle vote ana bo
gmc ana charter show 2>/dev/null | jq '.tests = [] | .admission = {captcha: {kinds: ["graphic", "logic", "audio"]}}' >"$TOP/next.json"
ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$(state_base)/admin.pem" --yes --because "to try it"
amended() { [ "$(api circle | jq .charter.version)" = 2 ]; }
soon amended || fail "charter 2 is not in force"

memory() { awk '/^VmRSS:/ { print $2 }' "/proc/$(child gauthd)/status"; }
for quarter in 1 2 3 4; do
	ok "$BUILD/tests/e2e/asks" circle $((N / 4)) "$PORT"
	now=$(memory)
	[ $quarter != 1 ] || first=$now
	echo "$((quarter * N / 4)) asked: $now KiB; $(cat "$TOP/out")"
done
[ $((now - first)) -le $SLACK ] || fail "gauthd holds $((now - first)) KiB more than after the first quarter"
[ "$(as_owner -c "SELECT count(*) FROM puzzles")" = 0 ] || fail "what was asked for is stored"
stop || fail "gauthd did not end well"
