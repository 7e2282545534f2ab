#!/bin/bash
# SPDX-License-Identifier: ISC
# What people get wrong: each command of gauthctl and gmc says what, why and what next, with the exit code that its manual page promises.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# Wants a status, and words that must be said.
wrong() { # status, words, command...
	ends "$1" "${@:3}"
	said "$2"
	! grep -qE 'runtime error|AddressSanitizer' "$TOP/out" || fail "$*"
}

# ---- no state, and no server
wrong 1 'init makes one' ctl doctor
wrong 1 'init makes one' ctl group list
wrong 1 not_joined gmc eve status
wrong 5 server_unreachable gmc eve fetch "http://127.0.0.1:1/g/x#sha256:$(printf '%064d' 1)"
wrong 2 bad_link gmc eve fetch http://127.0.0.1:1/g/x

ok ctl init
start
found garden vote ana bo
A=$HOMES/ana/ana.csr

# ---- gauthctl
wrong 1 'group list' ctl group show nobody
wrong 1 'group list' ctl log nobody
wrong 2 --founder ctl group create x
wrong 2 unknown_template ctl group create x --founder "$A" --template nope
wrong 2 --allow ctl group create x --founder "$A" --template list
wrong 2 --threshold ctl group create x --founder "$A" --threshold x
wrong 2 'a time is' ctl group create x --founder "$A" --life 3y
wrong 1 'No such file' ctl group create x --founder "$TOP/none"
wrong 1 'is this the right file' ctl group create x --founder "$HOMES/ana/key.pem"
wrong 1 /group ctl group create X_ --founder "$A"
wrong 1 'group show garden' ctl group create garden --founder "$A"
! grep -q warning "$TOP/out" || fail "a group that is not made brings a warning"
wrong 2 'member list garden' ctl member show garden ana
wrong 1 not_found ctl member show garden "$(printf '%032d' 1)"
wrong 2 'application list garden' ctl application approve garden dee
wrong 2 state ctl application list garden --status nope
[ "$(wc -l <"$TOP/out")" = 1 ] || fail "an error brings a table"
wrong 1 not_allowed ctl member revoke garden "$(ctl member list garden --json | jq -r '.members[0].member')"

# A draft holds its name until it is dropped.
ok ctl group create cooks --founder "$A" --administrator "$A" --administrator "$HOMES/bo/bo.csr" --draft "$TOP/cooks.json"
wrong 1 'group drop cooks' ctl group create cooks --founder "$A"
wrong 1 reason_missing gmc ana charter approve "$TOP/cooks.json" --server "$URL"
ok gmc ana charter approve "$TOP/cooks.json" --server "$URL" --because 'we are two'
said 'the same file'
ok ctl group drop cooks
wrong 4 not_found gmc bo charter approve "$TOP/cooks.json" --server "$URL" --because 'we are two'
wrong 1 group_founded ctl group drop garden
ok ctl group create cooks --founder "$A"

# The last approval founds it, and says by which link it is joined.
ok ctl group create bakers --founder "$A" --administrator "$A" --draft "$TOP/bakers.json"
ok gmc ana charter approve "$TOP/bakers.json" --server "$URL" --because 'a baker alone'
said "$URL/g/bakers#$(api bakers | jq -r .genesis)"

# ---- gmc
wrong 4 not_found gmc eve fetch "$URL/g/nobody#sha256:$(printf '%064d' 1)"
wrong 5 "$TOP/none" gmc ana show "$TOP/none"
wrong 5 "$TOP/none" gmc ana submit "$TOP/none"
wrong 5 "$TOP/none" gmc ana verify "$TOP/none"
wrong 5 "$TOP/none" gmc ana audit "$TOP/none"
wrong 5 "$TOP/none" gmc ana charter lint "$TOP/none"
echo '{"a": }' >"$TOP/bad.json"
for command in show submit 'charter lint' 'charter approve' 'charter propose'; do
	# shellcheck disable=SC2086
	wrong 1 'bad.json: line 1' gmc ana $command "$TOP/bad.json"
done
wrong 4 not_found gmc ana vote 9 yes
wrong 2 'gmc proposals' gmc ana vote nine yes
wrong 2 'yes, no or abstain' gmc ana vote 1 maybe
wrong 2 'gmc members' gmc ana expel nobody
wrong 2 --yes gmc ana revoke
wrong 2 'gmc vote' gmc ana vtoe
wrong 2 --message gmc ana vote 1 yes --mesage x

# An encrypted key: nobody is there to type, the wrong words, the right ones.
printf 'quiet\n' >"$TOP/right" && printf 'loud\n' >"$TOP/wrong" && chmod 600 "$TOP/right" "$TOP/wrong"
ok gmc fay keygen --name fay --passphrase-file "$TOP/right"
wrong 1 --passphrase-file gmc fay join "$LINK" --name fay --no-wait
wrong 1 wrong_passphrase gmc fay join "$LINK" --name fay --no-wait --passphrase-file "$TOP/wrong"
ok gmc fay join "$LINK" --name fay --no-wait --passphrase-file "$TOP/right"
ok gmc fay withdraw --passphrase-file "$TOP/right"
ok gmc fay status
said not_applied

# Who gives no name is asked for one, where somebody is there to answer.
wrong 2 --name gmc hal join "$LINK" --no-wait
printf 'Hal\n' | script -qec "env GMC_HOME=$HOMES/hal $BUILD/gmc join '$LINK' --no-wait" /dev/null >"$TOP/out" 2>&1 || fail "hal has a name"
said 'Your name'
said 'Hal: sha256:'

# An operator who is no member and not at this machine.
mkdir -p "$HOMES/olga"
ok gmc olga keygen --name olga
ok ctl group create orchard --founder "$A" --template operator --operator "$HOMES/olga/olga.csr"
LINK=$URL/g/orchard#$(api orchard | jq -r .genesis)
apply orchard gus
ok gmc olga fetch "$LINK"
wrong 1 not_an_operator gmc gus word "$NUMBER" approve
ok gmc olga word "$NUMBER" approve
admitted() { gmc gus fetch >/dev/null && [ -s "$HOMES/gus/gmc.pem" ]; }
soon admitted || fail "gus was approved and has no certificate"
ok gmc gus audit "$NUMBER"

# What a draft would have made of him: nothing else under the same rule; under another one he would still wait.
ok gmc gus charter replay 1 --all
said 'gus: admitted -> would be admitted'
gmc gus charter show 1 2>"$TOP/out" | jq '.admission = {"authority": {"k": 2}}' >"$TOP/draft.json"
wrong 10 'has 1, needs 2' gmc gus charter replay "$TOP/draft.json"
wrong 10 'has 1, needs 2' gmc gus charter replay "$TOP/draft.json" "$HOMES/gus/record.json"

# Each reading command gives JSON that is JSON.
for command in status proposals members applications 'charter show' 'audit --log' "audit $NUMBER" 'charter replay 1' "verify $HOMES/gus/gmc.pem" "show $HOMES/gus/gmc.pem"; do
	# shellcheck disable=SC2086
	gmc gus $command --json 2>"$TOP/out" | jq -e . >/dev/null || fail "gmc $command --json"
done
for command in 'group list' 'group show garden' 'member list garden' 'application list garden' 'log garden' doctor; do
	# shellcheck disable=SC2086
	ctl $command --json 2>"$TOP/out" | jq -e . >/dev/null || fail "gauthctl $command --json"
done

# ---- the server is away
stop || fail "gauthd did not end well"
for command in proposals members applications fetch 'vote 1 yes' 'audit --log' 'charter replay 1'; do
	# shellcheck disable=SC2086
	wrong 5 hint: gmc gus $command
done
ok gmc gus status
echo "$(grep -cE '^	?(wrong|ok) ' tests/e2e/manners.sh) kinds of them"
