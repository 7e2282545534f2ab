#!/bin/bash
# SPDX-License-Identifier: ISC
# What must be refused is tried over the wire, one by one: status, name of the problem, nothing stored, one line in the log. tests/e2e/refusals has the rows.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v node >/dev/null || { echo "node is not installed (make deps WHAT=test)"; exit 77; }
[ -d tests/node_modules/jose ] || { echo "tests/node_modules is not there (make deps WHAT=test)"; exit 77; }
. tests/e2e/lib.sh

keys=$TOP/keys
mkdir -p "$STATE" "$keys" || exit 1
printf '[limits]\nrequest = 2\n' >"$STATE/gauthd.conf"
chmod 600 "$STATE/gauthd.conf"
ok node tests/e2e/refusals/main.mjs keys "$keys"
ok ctl init
start

founders=()
for who in ana bo cy sol tim xen lee rae; do founders+=(--founder "$keys/$who.csr"); done
for group in first second third; do
	ok ctl group create $group --template vote --url "$URL" --draft "$keys/$group.json" "${founders[@]}" --threshold 2 --operator "clerk=$keys/clerk.csr" \
		--administrator "admin=$keys/admin.csr" --administrator "deputy=$keys/deputy.csr" --term "$([ $group = first ] && echo 1d || echo 60s)"
done

psql="psql -qAt -h $(readlink -f "$STATE/system/run" 2>/dev/null || readlink -f "$STATE/run")/pg -d charterhouse"
[ "$(id -u)" != 0 ] || psql="runuser -u postgres -- $psql"
node tests/e2e/refusals/main.mjs try "$keys" "$URL" "$keys/first.json" "$keys/second.json" "$LOG" "$daemon" "$psql" || exit 1
rm -f "$TOP/out"
stop || fail "gauthd did not end well"
