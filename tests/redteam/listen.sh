#!/bin/bash
# SPDX-License-Identifier: ISC
# Speech recognition against the audio puzzle: listen.sh N. pocketsphinx, with a general English model and a grammar that knows what is
# said: six of nine digits. Prints how many it heard right, whole and by digit, and the same of digits that are said plainly.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
TOP=${TMPDIR:-$(mktemp -d /tmp/ch-XXXXXX)}
n=${1:-200}
failed=
. tests/e2e/lib_rates.sh

model=/usr/share/pocketsphinx/model/en-us
command -v pocketsphinx_batch >/dev/null && [ -d $model ] || { echo "pocketsphinx is missing: tests/deps.sh redteam"; exit 77; }
cat >"$TOP/six.gram" <<'G'
#JSGF V1.0;
grammar six;
<digit> = zero | one | two | three | four | six | seven | eight | nine;
public <six> = <digit> <digit> <digit> <digit> <digit> <digit>;
G

# Leaves how many were heard right in $whole, and how many of their digits in $digits.
listen() { # kind, clips
	local dir=$TOP/$1
	mkdir -p "$dir" && "$BUILD/tests/e2e/clips" "$1" 1 "$2" "$dir" || exit 1
	(cd "$dir" && ls ./*.wav | sed 's/^\.\///;s/\.wav$//') >"$dir/list"
	pocketsphinx_batch -hmm $model/en-us -dict $model/cmudict-en-us.dict -jsgf "$TOP/six.gram" -ctl "$dir/list" -cepdir "$dir" -cepext .wav \
		-adcin yes -adchdr 44 -hyp "$dir/heard" >"$dir/log" 2>&1 || { tail -n 5 "$dir/log"; exit 1; }
	# Each line: the words, and behind them (NUMBER SCORE).
	sed -E 's/ *\(.*//; s/zero/0/g; s/one/1/g; s/two/2/g; s/three/3/g; s/four/4/g; s/six/6/g; s/seven/7/g; s/eight/8/g; s/nine/9/g; s/ //g' \
		"$dir/heard" >"$dir/guesses"
	[ "$(wc -l <"$dir/guesses")" = "$2" ] || { echo "pocketsphinx did not answer for each clip"; exit 1; }
	read -r whole digits <<<"$(paste -d ' ' "$dir/answers" "$dir/guesses" |
		awk '{ whole += $1 == $2; for (i = 1; i <= 6; i++) digits += substr($1, i, 1) == substr($2, i, 1) } END { print whole, digits }')"
}

listen control $((n / 5))
echo "said plainly: $whole of $((n / 5)), $digits of $((6 * (n / 5))) digits"
listen audio "$n"
echo "digits: $digits of $((6 * n))"
rate "exact" "$whole" "$n" 100
