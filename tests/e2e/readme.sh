#!/bin/bash
# SPDX-License-Identifier: ISC
# What README.md tells people to type in its first steps works when typed, line after line, in that order.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

script=$TOP/typed
# Lines of the section that begin with the prompt, each with those that continue it.
sed -n '/^## First steps$/,/^## In a peer/p' README.md |
	awk '/^    \$ / { l = substr($0, 7); while (sub(/\\$/, "", l) && (getline n) > 0) l = l n; print l }' | sed "s/127\.0\.0\.1:8080/127.0.0.1:$PORT/" >"$script"
[ "$(wc -l <"$script")" -gt 20 ] || fail "README.md has no first steps"

mkdir "$TOP/tree" "$TOP/tree/var" && ln -s "$BUILD" "$TOP/tree/build" && cd "$TOP/tree" || exit 1
printf '[listen]\nport = %s\n' "$PORT" >var/gauthd.conf && chmod 600 var/gauthd.conf
# The editor changes what a person might.
printf '#!/bin/sh\nsed -i "s/\\"purpose\\": \\".*\\"/\\"purpose\\": \\"Walks on Sundays.\\"/" "$1"\n' >"$TOP/editor" && chmod 755 "$TOP/editor"
export EDITOR=$TOP/editor
unset GMC_HOME CHARTERHOUSE_STATE

type_it() {
	echo "\$ $1"
	case $1 in
	*'&')
		eval "$1"
		daemon=$!
		soon is_ready || fail "not ready after: $1"
		;;
	# A proposal opens, and a certificate is there, a moment after.
	*'gmc proposals') soon eval "$1 2>&1 | grep -q dee" && eval "$1" ;;
	*) eval "$1" ;;
	esac
}

LOG=$TOP/typed.out
while read -r line; do
	type_it "$line" < <(yes y 2>/dev/null) >>"$LOG" 2>&1 || fail "this does not work: $line"
done <"$script"

# And it did what the text says.
has() { grep -qF -- "$1" "$LOG" || fail "nobody was told '$1'"; }
has 'MEMBER (0)'
has 'people/dee/gmc.pem: OK'
has 'decided again offline: YES'
has '1 the same, 0 differ'
has 'approved 1 of 1: logged'
has 'approved 2 of 2: logged'
[ "$(api hikers | jq -r .members)" = 3 ] || fail "members: $(api hikers)"
[ "$(api cooks | jq -r .state)" = open ] || fail "cooks: $(api cooks)"
echo "all $(wc -l <"$script") lines of it"
