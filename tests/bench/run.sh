#!/bin/bash
# SPDX-License-Identifier: ISC
# The figures, as JSON lines on stdout: tests/bench/run.sh [verify] [charter] [vote] [issue] [captcha] [work] [challenge] [schemes]; what each round
# gave goes to stderr.
# Ratios compare what took turns in one run, and are worth more than the figures beside them: those are this machine's, as busy as it is.
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}

rc=0
for what in ${*:-verify charter vote issue captcha work challenge schemes}; do
	"$BUILD/tests/bench/$what" || { echo "bench: $what failed" >&2; rc=1; }
done
exit $rc
