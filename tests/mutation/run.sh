#!/bin/bash
# SPDX-License-Identifier: ISC
# Takes out one constraint, lock or check at a time, in a scratch copy of the tree, and expects the test that holds it to go red:
# tests/mutation/run.sh [word], for the lines of tests/mutation/table whose name or invariant contains the word. WORK=dir keeps the scratch
# copy there, compiled, for the next time. tests/mutation/run.sh --match only sees whether each line still finds what it takes out.
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD

# A line whose text is gone, or whose test is, would hold nothing any more.
match() {
	local name invariant test file expression bad=0
	while IFS=$'\t' read -r name invariant test file expression; do
		case "$name" in '' | '#'*) continue ;; esac
		[ -f "tests/${test#tests/}.c" ] || { echo "tests/mutation/table: $name: there is no test $test" && bad=1; }
		perl -0pe "$expression" "$file" 2>/dev/null | cmp -s - "$file" || continue
		echo "tests/mutation/table: $name: nothing matches any more in $file" && bad=1
	done <tests/mutation/table
	return $bad
}
[ "${1:-}" = --match ] && { match; exit; }

word=${1:-}
T=${T:-$word}
JOBS=${JOBS:-2}
work=${WORK:-$(mktemp -d "${TMPDIR:-/tmp}/mut-XXXXXX")} && mkdir -p "$work" && chmod 755 "$work" || exit 1
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
tree=$work/tree
build=$work/build
mkdir -p "$tree"
find Makefile base charter voting peer authority web schema docs tests -name node_modules -prune -o -type f -print0 | tar -c --null -T - |
	tar -x --keep-newer-files --warning=no-ignore-newer -C "$tree" || exit 1
ln -sfn "$root/web/node_modules" "$tree/web/node_modules" || exit 1
failed=0 passed=0
declare -A green

# What the tests of a floor need beside themselves.
targets() { # test
	echo "$build/tests/$1 $build/gauth-signer"
}

compile() { # test
	make -s -C "$tree" BUILD="$build" OPT=-O0 WARN=-w -j"$JOBS" $(targets "$1") >"$work/make.log" 2>&1
}

runs() { # test
	(cd "$tree" && TMPDIR=$work BUILD=$build ASAN_OPTIONS=detect_leaks=0 timeout -k 10 300 "$build/tests/$1" >"$work/test.log" 2>&1 </dev/null)
}

bad() {
	echo "FAIL  $1: $2"
	[ -z "${3:-}" ] || tail -n 15 "$3" | sed 's/^/      | /'
	failed=$((failed + 1))
}

# A test that is red anyway shows nothing.
is_green() { # test
	if [ -z "${green[$1]:-}" ]; then
		green[$1]=no
		cp /dev/null "$work/test.log"
		if ! compile "$1"; then
			echo "the tree does not compile:"
			tail -n 15 "$work/make.log"
			exit 1
		fi
		runs "$1" && green[$1]=yes
	fi
	[ "${green[$1]}" = yes ]
}

mutate() { # name, test, then pairs of file and expression
	local name=$1 test=$2 file
	shift 2
	is_green "$test" || { bad "$name" "$test is red without it" "$work/test.log"; return; }
	local files=() missed=
	while [ $# -gt 0 ]; do
		file=$1
		files+=("$file")
		cp -p "$tree/$file" "$work/before" && perl -0pi -e "$2" "$tree/$file"
		if cmp -s "$work/before" "$tree/$file"; then
			missed="$missed $file"
		fi
		touch "$tree/$file"
		shift 2
	done
	if [ -n "$missed" ]; then
		bad "$name" "nothing matches any more in$missed"
	elif ! compile "$test"; then
		bad "$name" "it does not compile" "$work/make.log"
	elif runs "$test"; then
		bad "$name" "$test is still green"
	else
		echo "ok    $name: $(sed -n 's/^\[  FAILED  \] \([a-z_0-9]*\)$/\1/p' "$work/test.log" | sort -u | head -n 3 | paste -sd ' ')"
		passed=$((passed + 1))
	fi
	for file in "${files[@]}"; do
		cp "$root/$file" "$tree/$file" && touch "$tree/$file"
	done
}

# Lines of one name, one after the other, are one mutation.
names=() tests=() edits=()
while IFS=$'\t' read -r name invariant test file expression; do
	case "$name" in '' | '#'*) continue ;; esac
	case "$name $invariant" in *"$T"*) ;; *) continue ;; esac
	last=$((${#names[@]} - 1))
	if [ $last -ge 0 ] && [ "${names[$last]}" = "$name" ]; then
		edits[$last]+=$'\n'$file$'\t'$expression
	else
		names+=("$name")
		tests+=("$test")
		edits+=("$file"$'\t'"$expression")
	fi
done <tests/mutation/table

[ ${#names[@]} -gt 0 ] || { echo "no mutation is named like '$T'" >&2; exit 2; }
for i in "${!names[@]}"; do
	pairs=()
	while IFS=$'\t' read -r file expression; do
		pairs+=("$file" "$expression")
	done <<<"${edits[$i]}"
	mutate "${names[$i]}" "${tests[$i]}" "${pairs[@]}"
done
echo "$passed red as expected, $failed not"
[ $failed = 0 ]
