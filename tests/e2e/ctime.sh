#!/bin/bash
# SPDX-License-Identifier: ISC
# Shares, nonces and parts are made without a branch or an address that depends on a secret: valgrind, which takes secrets for undefined,
# reports nothing but what ctime.supp explains. It does report a branch that was put there.
# quick
set -u
cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
command -v valgrind >/dev/null || { echo "valgrind is not installed (make deps WHAT=test)"; exit 77; }

out=$(mktemp)
trap 'rm -f "$out"' EXIT
under() { valgrind -q --suppressions=tests/e2e/ctime.supp --error-exitcode=9 "$BUILD/tests/e2e/ctime" "$@" >"$out" 2>&1; }

under || { cat "$out"; echo "something depends on a secret"; exit 1; }
grep -qx done "$out" || { cat "$out"; exit 1; }
under leak
[ $? = 9 ] && grep -q 'main (ctime.c' "$out" || { cat "$out"; echo "the branch on a share was not reported"; exit 1; }
echo "nothing depends on a secret; what was put there is reported"
