#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs the tests side by side: tests/run-tests.sh check|test|soak, from the root, on what BUILD holds.
#
#   check   unit tests, the quick checks, and scripts of tests/e2e marked "# quick"
#   test    everything: unit tests and corpora under sanitizers, those of what is in libgmc as shipped too, all scripts, lint
#   soak    scripts of tests/e2e and tests/soak marked "# soak", with SOAK=1
#
# T=word runs the tests whose names contain it; KEEP=1 leaves temporary directories; SEED=n repeats a seeded run; JOBS=n at a time.
# A test gets a temporary directory of its own (TMPDIR), BUILD, SEED, and a log. It passes with 0 and fails otherwise, or after its time:
# 400 seconds, or what a line with "timeout: N" near its top says. With 77 it says that something is missing here (its last line says what):
# that fails too, for deps.sh installs it, unless SKIP=1 asks to go on without. A soak has ten times as long.
set -u
cd "$(dirname "$0")/.." || exit 1

mode=${1:-check}
BUILD=${BUILD:-build}
JOBS=${JOBS:-2}
T=${T:-}
KEEP=${KEEP:-}
SEED=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
BUILD=$(cd "$BUILD" && pwd) || exit 1
SAN=$BUILD-san
logs=$BUILD/test-logs
# Short, since sockets lie under it, and open, since a test that is root starts PostgreSQL as somebody else.
top=$(mktemp -d /tmp/ch-XXXXXX) && chmod 755 "$top" || exit 1
results=$top/results
mkdir -p "$logs" && : >"$results"

# Every test is one line: name, file with its marks, command.
list=()
add() {
	case "$1" in *"$T"*) list+=("$1|$2|$3") ;; esac
}

has_mark() {
	head -n 12 "$1" | grep -q "^# $2\$"
}

add_scripts() { # mark or ""
	local f
	for f in tests/e2e/*.sh; do
		[ -f "$f" ] || continue
		case "$f" in */lib*.sh) continue ;; esac
		if [ -n "$1" ]; then
			has_mark "$f" "$1" || continue
		elif has_mark "$f" "soak only"; then
			continue
		fi
		add "e2e/$(basename "$f" .sh)" "$f" "BUILD=$BUILD bash $f"
	done
}

add_units() { # build directory, prefix, floor...
	local build=$1 prefix=$2 floor f name
	shift 2
	for floor in "$@"; do
		for f in tests/"$floor"/test_*.c; do
			[ -f "$f" ] || continue
			name=${f#tests/}
			name=${name%.c}
			add "$prefix$name" "$f" "BUILD=$build $build/tests/$name"
		done
	done
}

add_corpora() {
	local f name
	for f in tests/fuzz/fuzz_*.c; do
		[ -f "$f" ] || continue
		name=$(basename "$f" .c)
		add "fuzz/${name#fuzz_}" "$f" "$SAN/tests/fuzz/$name tests/fuzz/corpus/${name#fuzz_}"
	done
}

add_lint() { # which
	local f
	for f in "$@"; do
		add "lint/$f" tests/lint.sh "BUILD=$BUILD JOBS=1 tests/lint.sh $f"
	done
}

floors="base charter voting peer authority web"
case "$mode" in
check)
	add_scripts quick
	add_units "$BUILD" "" $floors
	add_lint floors sizes units exports problems docs mutations
	;;
test)
	add_scripts ""
	add_lint cppcheck
	add_units "$SAN" "san/" $floors
	add_units "$BUILD" "" base charter voting peer
	add_corpora
	add_lint floors sizes units exports problems docs mutations format man
	;;
soak) add_scripts soak ;;
*)
	echo "usage: tests/run-tests.sh check|test|soak" >&2
	exit 2
	;;
esac

run_one() { # name, file, command
	local name=$1 file=$2 command=$3 dir log limit start rc took word
	dir=$(mktemp -d "$top/XXXXXX") && chmod 755 "$dir"
	log=$logs/${name//\//.}.log
	limit=$(head -n 12 "$file" | sed -n 's/.*timeout: \([0-9]*\).*/\1/p' | head -n 1)
	limit=$((${limit:-400} * ($([ "$mode" = soak ] && echo 10 || echo 1))))
	start=$(date +%s%N)
	env TMPDIR="$dir" SEED="$SEED" ASAN_OPTIONS="detect_leaks=1:${ASAN_OPTIONS:-}" UBSAN_OPTIONS=print_stacktrace=1 \
		timeout -k 10 "$limit" bash -c "$command" >"$log" 2>&1 </dev/null
	rc=$?
	took=$((($(date +%s%N) - start) / 100000000))
	took=$((took / 10)).$((took % 10))
	case $rc in
	0) word=ok ;;
	77) word=$([ -n "${SKIP:-}" ] && echo skip || echo FAIL) ;;
	124 | 137) word=FAIL && echo "(no end within $limit s)" >>"$log" ;;
	*) word=FAIL ;;
	esac
	{
		flock 9
		echo "$word" >&9
		case $word in
		ok) printf 'ok    %s (%s s)\n' "$name" "$took" ;;
		skip) printf 'skip  %s: %s\n' "$name" "$(tail -n 1 "$log")" ;;
		FAIL)
			printf 'FAIL  %s (%s s, status %s): %s\n' "$name" "$took" "$rc" "$log"
			tail -n "${FAIL_LINES:-25}" "$log" | sed 's/^/      | /'
			;;
		esac
	} 9>>"$results"
	if [ -n "$KEEP" ]; then
		echo "      kept: $dir"
	else
		rm -rf "$dir"
	fi
}

finish() {
	local pids
	pids=$(jobs -p)
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
	[ -n "$KEEP" ] || rm -rf "$top"
}
trap finish EXIT
trap 'exit 130' INT TERM

if [ ${#list[@]} = 0 ]; then
	echo "no test${T:+ is named like '$T'}" >&2
	exit 2
fi
# Made once and copied; tests that are about the making (test_cluster, test_embedded, first.sh, install.sh, run.sh) go without.
if [ -x "$BUILD/tests/e2e/cluster" ] && [ ${#list[@]} -gt 5 ]; then
	"$BUILD/tests/e2e/cluster" "$top/cluster" || exit 1
	export CLUSTER_TEMPLATE=$top/cluster/postgres
fi
echo "${#list[@]} tests, $JOBS at a time, seed $SEED"
for entry in "${list[@]}"; do
	IFS='|' read -r name file command <<<"$entry"
	while [ "$(jobs -rp | wc -l)" -ge "$JOBS" ]; do
		wait -n
	done
	run_one "$name" "$file" "$command" &
done
wait

count() { grep -c "^$1\$" "$results"; }
failed=$(count FAIL)
echo "$(count ok) passed, $failed failed, $(count skip) skipped"
[ "$failed" = 0 ]
