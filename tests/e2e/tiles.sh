#!/bin/bash
# SPDX-License-Identifier: ISC
# Scripts against the logic puzzle, without learning: one closes gaps and floods, one only knows where dots are. Each solves at most 12 % of
# rounds and 2 % of puzzles, of the same seeds each time; and without gaps and strokes the flood solves 60 % of rounds or more, or these
# figures would say nothing. N=100 puzzles of two rounds, 2 000 in `make soak`.
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
TOP=${TMPDIR:-$(mktemp -d /tmp/ch-XXXXXX)}
n=${N:-${SOAK:+2000}}
n=${n:-100}
failed=
. tests/e2e/lib_rates.sh

"$BUILD/tests/e2e/tiles" $((n / 5)) plain >"$TOP/plain" && "$BUILD/tests/e2e/tiles" "$n" >"$TOP/attacks" || exit 1
# Their lines are "NAME rounds R of M both B of N; ...".
attackers=0
while read -r name _ rounds _ of _ both _ puzzles rest; do
	echo "$name, by sentence: $rest"
	rate "$name, of rounds" "$rounds" "$of" 12
	rate "$name, of puzzles" "$both" "${puzzles%;}" 2
	attackers=$((attackers + 1))
done <"$TOP/attacks"
read -r _ _ rounds _ of _ <<<"$(grep '^flood ' "$TOP/plain")"
control "$rounds" "$of" 60
[ -z "$failed" ] && [ $attackers = 2 ]
