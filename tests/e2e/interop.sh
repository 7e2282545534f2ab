#!/bin/bash
# SPDX-License-Identifier: ISC
# A client in JavaScript, written from docs/ alone, founds a group, lets somebody in and checks every byte of it: tests/interop. And what others
# wrote does work, and makes keys and signatures, together with us.
# timeout: 300
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v node >/dev/null || { echo "node is not installed (make deps WHAT=test)"; exit 77; }
[ -d tests/node_modules/@noble/curves ] || { echo "tests/node_modules is not there (make deps WHAT=test)"; exit 77; }
. tests/e2e/lib.sh

# The story once, in a group with these settings.
tell() { # group, options of `group create`
	local keys=$HOMES/$1
	mkdir -p "$keys"
	ok node tests/interop/main.mjs keys "$keys"
	ok ctl group create "$1" --term 1d --url "$URL" --draft "$keys/draft.json" --threshold 1 "${@:2}" \
		--administrator "admin=$keys/admin.csr" --founder "$keys/ana.csr" --founder "$keys/bo.csr" --founder "$keys/cy.csr"
	ok node tests/interop/main.mjs tell "$keys" "$URL" "$1" "$keys/draft.json"
	echo "$*: $(tail -n 1 "$TOP/out")"
}

ok node --test tests/interop/self.test.mjs
ok node tests/interop/altcha.mjs "$BUILD/tests/e2e/altcha"
tail -n 1 "$TOP/out"
ok node tests/interop/frost.mjs "$BUILD/tests/e2e/frost"
tail -n 1 "$TOP/out"
ok ctl init
start
tell plain --template vote
tell named --template vote --names --alg P-256
stop || fail "gauthd did not end well"
