# SPDX-License-Identifier: ISC
# Somebody who solves puzzles, for scripts that have a service: sourced after lib.sh.

. tests/demo/person.sh

# A command of gmc that asks for a puzzle's answer, and is told a wrong one and then the right one. Its words are kept in $TOP/out.
solving() { # who, kind, the file that shows it, command...
	local who=$1 kind=$2 file=$3 pid
	shift 3
	rm -f "$HOMES/$who/$file" "$TOP/$who.in"
	mkfifo "$TOP/$who.in"
	gmc "$who" "$@" <"$TOP/$who.in" >"$TOP/out" 2>&1 &
	pid=$!
	exec 7>"$TOP/$who.in"
	soon test -s "$HOMES/$who/$file" || fail "no $file was shown to $who"
	[ "$kind" != graphic ] || echo AAAAAA >&7
	answer_of "$HOMES/$who" "$kind" >&7 || fail "no answer"
	exec 7>&-
	wait "$pid" || fail "status $? of: gmc $*"
}
