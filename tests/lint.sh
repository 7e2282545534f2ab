#!/bin/bash
# SPDX-License-Identifier: ISC
# What must hold for the source as such, all of it without arguments:
# tests/lint.sh [format] [sizes] [floors] [exports] [units] [problems] [docs] [mutations] [cppcheck] [man];
# tests/lint.sh fix formats the source.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
JOBS=${JOBS:-2}

FLOORS="base charter voting peer authority web"
# What others wrote (node_modules) is theirs.
sources() { # folder...
	find "$@" -name node_modules -prune -o \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sort
}

# Pinned: another version of the formatter would have other opinions.
lint_format() {
	command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed (make deps WHAT=lint)"; return 77; }
	local bad
	bad=$(sources $FLOORS tests docs | xargs clang-format-14 --dry-run 2>&1 | sed -n 's/^\([^ :]*:[0-9]*\):.*/\1/p' | sort -u)
	[ -z "$bad" ] && return 0
	echo "$bad" | head -n 40
	echo "$(echo "$bad" | wc -l) lines are not formatted; tests/lint.sh fix does it"
	return 1
}

lint_fix() {
	sources $FLOORS tests docs | xargs clang-format-14 -i
}

lint_sizes() { tests/check-sizes.sh; }
lint_floors() { tests/check-floors.sh; }
lint_units() { tests/check-units.sh; }
lint_problems() { tests/check-problems.sh; }
lint_mutations() { tests/mutation/run.sh --match; }
lint_docs() { BUILD="$BUILD" tests/check-docs.sh; }
lint_exports() { BUILD="$BUILD" tests/check-exports.sh; }

lint_cppcheck() {
	command -v cppcheck >/dev/null || { echo "cppcheck is not installed (make deps WHAT=lint)"; return 77; }
	mkdir -p "$BUILD/cppcheck"
	cppcheck -j "$JOBS" --cppcheck-build-dir="$BUILD/cppcheck" --enable=warning,performance,portability --std=c11 --inline-suppr \
		--suppressions-list=tests/cppcheck.suppressions --error-exitcode=1 --quiet -I. -D_GNU_SOURCE '-Djson_array_foreach(a,i,v)=while (json_array_get(a, i++) != (v))' \
		--template='{file}:{line}: {severity}: {message} [{id}]' $(sources $FLOORS | grep '\.c$')
}

lint_man() {
	local f
	command -v mandoc >/dev/null || { echo "mandoc is not installed (make deps WHAT=lint)"; return 77; }
	ls docs/man/*.[1-8] >/dev/null 2>&1 || { echo "no manual page yet"; return 77; }
	for f in docs/man/*.[1-8]; do
		mandoc -T lint -W warning "$f" || return 1
	done
}

rc=0
for what in ${*:-format sizes floors exports units problems docs mutations cppcheck man}; do
	"lint_$what"
	status=$?
	case $status in
	0) echo "lint $what: ok" ;;
	77) [ $# = 1 ] && exit 77 || echo "lint $what: skipped" ;;
	*) echo "lint $what: FAILED" && rc=1 ;;
	esac
done
exit $rc
