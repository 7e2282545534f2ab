#!/bin/bash
# SPDX-License-Identifier: ISC
# Runs every fuzz target for FUZZ_SECONDS (60) each, on a copy of its corpus: tests/fuzz/run.sh, after `make fuzzers`; T=word picks some.
# Prints a line for each: runs, edges covered, runs a second. What makes one fail is left in BUILD/fuzz-found.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build-fuzz}
T=${T:-}
seconds=${FUZZ_SECONDS:-60}
found=$BUILD/fuzz-found
work=$(mktemp -d "${TMPDIR:-/tmp}/fuzz-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$found"
rc=0

# What LeakSanitizer would call leaks of long-lived handles are reachable; real ones end the run.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1

for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	case "$name" in *"$T"*) ;; *) continue ;; esac
	target=$BUILD/tests/fuzz/fuzz_$name.fuzzer
	[ -x "$target" ] || { echo "$name: not built (make fuzzers)" >&2; exit 1; }
	mkdir -p "$work/$name"
	log=$work/$name.log
	if nice -n 19 "$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$found/$name-" "$work/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
		word=ok
	else
		word=FAIL
		rc=1
	fi
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	echo "$word $name: ${runs:-?} runs, ${edges:-?} edges, ${rate:-?}/s"
	[ "$word" = ok ] || tail -n 40 "$log" | sed 's/^/    | /'
done
exit $rc
