#!/bin/bash
# SPDX-License-Identifier: ISC
# 200 000 scenes out of chance: charter_decide against the naive procedure; then stories, and the laws that hold of every decision.
# timeout: 400
# soak
# soak only
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
export SEED=${SEED:-1} PAIRS=${PAIRS:-200000}

"$BUILD/tests/charter/test_naive" && PAIRS=$((PAIRS / 4)) "$BUILD/tests/charter/test_naive_story" && export PAIRS=$((PAIRS / 20)) &&
	"$BUILD/tests/charter/test_laws" && "$BUILD/tests/charter/test_laws_rules"
