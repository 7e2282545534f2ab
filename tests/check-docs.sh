#!/bin/bash
# SPDX-License-Identifier: ISC
# What the pages say is what there is: options of the programs and their manual pages, settings and gauthd.conf(5), functions of gmc.h and
# libgmc(3), members of a charter and charter(5), signed kinds and docs/objects. (Routes and docs/openapi.json: tests/web/test_routes.c.)
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
MAN=docs/man
bad=0
dir=$(mktemp -d "${TMPDIR:-/tmp}/docs-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT

say() {
	echo "$*"
	bad=1
}

# Two lists must be one. An empty one means that this script no longer understands what it reads.
same() { # file, what it has, file, what it has
	[ -s "$1" ] && [ -s "$3" ] || { say "nothing found in $2, or in $4"; return; }
	sort -u -o "$1" "$1" && sort -u -o "$3" "$3"
	local line
	while read -r line; do say "$2 has $line, and $4 has not"; done < <(comm -23 "$1" "$3")
	while read -r line; do say "$4 has $line, and $2 has not"; done < <(comm -13 "$1" "$3")
}
# Each line of the first must stand in the second.
within() { # file, what it has, file, what it has
	[ -s "$1" ] && [ -s "$3" ] || { say "nothing found in $2, or in $4"; return; }
	sort -u -o "$1" "$1" && sort -u -o "$3" "$3"
	local line
	while read -r line; do say "$2 has $line, and $4 has not"; done < <(comm -23 "$1" "$3")
}

# The lines between `.Bd` and `.Ed` of the first display in EXAMPLES, as typed.
example() { sed -n '/^\.Sh EXAMPLES/,$p' "$1" | sed -n '/^\.Bd/,/^\.Ed/{/^\.Ed/q;/^\.Bd/!p}' | sed 's/\\e/\\/g'; }

# ---- options: what --help lists, of the program and of each of its commands

commands() {
	case $1 in
	gmc) "$BUILD/gmc" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)   *[a-z].*/\1/p' | sed 's/  .*//' | grep -vx gmc ;;
	gauthctl) "$BUILD/gauthctl" --help | sed -n 's/^  \([a-z][a-z ]*\).*/\1/p' | sed 's/  .*//; s/ $//' | grep -vx gauthctl ;;
	esac
}

check_options() { # program, page
	local command
	{
		"$BUILD/$1" --help
		# shellcheck disable=SC2086 # a command may have two words
		commands "$1" | while read -r command; do "$BUILD/$1" $command --help; done
	} 2>/dev/null | grep -E '^ ' | grep -v '^  \$' | grep -oE '(^|[ ([])--?[a-z][a-z-]*' | grep -oE -- '-.*' >"$dir/help"
	grep -oE '^\.(It|Op|Brq|Fl).*' "$MAN/$2" | grep -E '^\.It' | grep -oE 'Fl -?[a-z][a-z-]*' | sed 's/^Fl /-/' >"$dir/page"
	same "$dir/help" "$1 --help" "$dir/page" "$MAN/$2"
}

check_commands() { # program, page
	commands "$1" >"$dir/help"
	sed -n 's/^\.It Ic \([a-z][a-z ]*\).*/\1/p' "$MAN/$2" | sed 's/ *$//' >"$dir/page"
	same "$dir/help" "$1 help" "$dir/page" "$MAN/$2"
}

# What a command takes beside what all take, and what its paragraph of the page says that it takes.
check_takes() { # program, page, options of all commands
	local command
	# shellcheck disable=SC2086
	commands "$1" | while read -r command; do
		"$BUILD/$1" $command --help | sed -n 's/^  [-a-z, ]*--\([a-z][a-z-]*\).*/\1/p' | grep -vxE "$3" | sed "s/^/$command --/"
	done >"$dir/help"
	awk '/^\.It / { c = "" } /^\.It Ic / { c = $3 " " $4; sub(/ (Ar|Op|$).*/, "", c) }
		c != "" && /^\.Fl -/ { print c " -" $2 }' "$MAN/$2" >"$dir/page"
	same "$dir/help" "$1 --help" "$dir/page" "$MAN/$2"
}

# Each program says which version it is, the one of the Makefile, and refuses what it does not know with status 2 and a way to its help.
check_manners() { # program
	local version
	version=$(sed -n 's/^VERSION = //p' Makefile)
	[ "$("$BUILD/$1" --version 2>&1)" = "$1 $version" ] || say "$1 --version does not say $1 $version"
	"$BUILD/$1" --help >"$dir/out" 2>"$dir/errors" && [ -s "$dir/out" ] && [ ! -s "$dir/errors" ] || say "$1 --help does not help"
	"$BUILD/$1" --no-such-thing >"$dir/out" 2>"$dir/errors"
	[ $? = 2 ] && [ ! -s "$dir/out" ] && grep -qE -- '--help|gmc help' "$dir/errors" || say "$1 --no-such-thing: $(head -c 200 "$dir/errors")"
}

# ---- settings: names and defaults, out of the program itself

check_settings() {
	"$BUILD/gauthd" --check-config --config /dev/null >"$dir/sample" || { say "gauthd --check-config does not work"; return; }
	awk '/^\[/ { s = substr($0, 2, length($0) - 2) } /^[a-z_]+ =/ { k = $1; sub(/^[^=]*= ?/, ""); print s "." k " (" $0 ")" }' "$dir/sample" >"$dir/keys"
	awk '/^\.Ss Section / { s = $3 } /^\.It Ic / { k = $3 } /^Empty by default\.$/ { print s "." k " ()" }
		d { sub(/^\.Ql /, ""); sub(/ \.$/, ""); print s "." k " (" $0 ")"; d = 0 } /^Default:$/ { d = 1 }' "$MAN/gauthd.conf.5" >"$dir/page"
	same "$dir/keys" "gauthd" "$dir/page" "$MAN/gauthd.conf.5"
	# The table and what is written out of it; that `gauthctl init` writes it is what tests/e2e/install.sh looks at.
	grep -oE '^	(TEXT|NUMBER)\([a-z]+, [a-z_]+|^	\{ "[a-z]+", "[a-z_]+"' authority/settings.c | sed -E 's/^[^a-z]*(TEXT|NUMBER)?[^a-z]*//; s/"?, "?/./; s/"//' >"$dir/table"
	sed 's/ (.*//' "$dir/keys" >"$dir/names"
	same "$dir/table" authority/settings.c "$dir/names" "the sample"
}

# ---- libgmc

check_libgmc() {
	grep -oE '\bgmc_[a-z_]+\(' peer/gmc.h | tr -d '(' >"$dir/header"
	sed -n 's/^\.Nm \(gmc_[a-z_]*\).*/\1/p' "$MAN/libgmc.3" >"$dir/page"
	same "$dir/header" peer/gmc.h "$dir/page" "$MAN/libgmc.3 (NAME)"
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.F[no] \(gmc_[a-z_]*\).*/\1/p' "$MAN/libgmc.3" >"$dir/page"
	same "$dir/header" peer/gmc.h "$dir/page" "$MAN/libgmc.3 (SYNOPSIS)"
	sed -n '/^\.Sh DESCRIPTION/,/^\.Sh RETURN/s/^\.Fn \(gmc_[a-z_]*\).*/\1/p' "$MAN/libgmc.3" >"$dir/page"
	same "$dir/header" peer/gmc.h "$dir/page" "$MAN/libgmc.3 (DESCRIPTION)"
	grep -oE '\bGMC_[A-Z_]+ = [0-9]+' peer/gmc.h | sed 's/ = / /' >"$dir/header"
	sed -n 's/^\.It Dv \(GMC_[A-Z_]*\) Ta \([0-9]*\) .*/\1 \2/p' "$MAN/libgmc.3" >"$dir/page"
	same "$dir/header" peer/gmc.h "$dir/page" "$MAN/libgmc.3"
	example "$MAN/libgmc.3" | cmp -s - docs/examples/verify.c || say "the example of $MAN/libgmc.3 is not docs/examples/verify.c"
}

# ---- charters and kinds

# Each scenario that the page shows is one under the charter that has every member, and comes out as it says.
check_scenarios() {
	local line n=0
	while read -r line; do
		n=$((n + 1))
		echo "$line" | "$BUILD/gmc" charter decide tests/cases/charter/valid/every-member.json - >"$dir/out" 2>"$dir/errors"
		case $? in 0 | 10 | 13) ;; *) say "a scenario of $MAN/charter.5 does not hold: $line: $(cat "$dir/errors")" ;; esac
	done < <(sed -n '/^\.Ss tests/,/^\.Ss vouching/p' "$MAN/charter.5" | grep '^{')
	[ "$n" -gt 9 ] || say "$MAN/charter.5 shows $n scenarios"
}

check_charter() {
	# Tables of members, and the names of requirements.
	cat charter/parse.c charter/parse_authority.c charter/parse_rules.c charter/requirement.c charter/scenario.c |
		awk '/(members|either)\[\] = \{/ { on = 1 } on { print } /\};/ { on = 0 }' | grep -oE '"[a-z_]+"' | tr -d '"' >"$dir/parser"
	sed -n 's/^	{ "\([a-z_]*\)", read_.*/\1/p' charter/requirement.c >>"$dir/parser"
	grep -E '^\.(It|Ic|\.Pq|Ss|Pq) ?' "$MAN/charter.5" | grep -oE '[a-z_]+' >"$dir/page"
	within "$dir/parser" "the reader of charters" "$dir/page" "$MAN/charter.5"
	example "$MAN/charter.5" >"$dir/charter.json"
	"$BUILD/gmc" charter lint "$dir/charter.json" >"$dir/out" 2>&1 || say "the example of $MAN/charter.5 is no charter: $(cat "$dir/out")"
	! grep -q '^warning' "$dir/out" || say "the example of $MAN/charter.5 is unwise: $(cat "$dir/out")"
	check_scenarios
}

# Each finding that the source can give has its row, and a test.
check_lint() {
	cat charter/lint*.c | tr '\n\t' '  ' | grep -oE 'finding\([^";]*"[a-z_]+", ' | grep -oE '"[a-z_]+"' | tr -d '"' | sort >"$dir/source"
	sed -n 's/^| `\([a-z_]*\)` | \(error\|warning\).*/\1/p' docs/lint.md | sort >"$dir/page"
	same "$dir/source" charter/lint.c "$dir/page" docs/lint.md
	[ "$(grep -ohE '\<finding\(f, ' charter/lint*.c | wc -l)" = "$(cat charter/lint*.c | tr '\n\t' '  ' | grep -oE 'finding\([^";]*"[a-z_]+", ' | wc -l)" ] || say "a finding of charter/lint*.c has no name that can be read"
	grep -ohE '"[a-z_]+"' tests/charter/test_lint*.c | tr -d '"' >"$dir/tests"
	grep -vx no_memory "$dir/source" >"$dir/tested"
	within "$dir/tested" charter/lint.c "$dir/tests" tests/charter/test_lint.c
}

# A page, a section of one, or the sentence that says that the kind is reserved.
check_kinds() {
	local kind macro said pages
	pages=$(ls docs/objects/*.md | grep -v README)
	sed -n 's/^	{ \(KIND_[A-Z_]*\), .*/\1/p' charter/kind.c >"$dir/kinds"
	[ -s "$dir/kinds" ] || say "nothing found in charter/kind.c"
	while read -r macro; do
		kind=$(sed -n "s/^#define $macro \"\([a-z-]*\)\"/\1/p" charter/kind.h)
		said="\"kind\": \"$kind\""
		[ "$macro" = KIND_SIGNED_CHARTER ] && said='^## Signed charter$' # travels without a kind
		# shellcheck disable=SC2086
		[ -n "$kind" ] && { grep -qE "$said" $pages docs/log.md || grep -qE "\`$kind\`.* reserved" docs/objects/README.md; } || say "no page of docs/objects is about $macro ($kind)"
	done <"$dir/kinds"
}

for p in gmc gauthctl gauthd gauth-signer; do
	[ -x "$BUILD/$p" ] || { echo "$p is not built"; exit 77; }
done
for p in gmc gauthctl gauthd gauth-signer; do
	check_manners "$p"
done
check_options gmc gmc.1
check_options gauthctl gauthctl.8
check_options gauthd gauthd.8
check_options gauth-signer gauth-signer.8
check_commands gmc gmc.1
check_commands gauthctl gauthctl.8
check_takes gmc gmc.1 'help|home'
check_takes gauthctl gauthctl.8 'help|state|json'
check_settings
check_libgmc
check_charter
check_lint
check_kinds
exit $bad
