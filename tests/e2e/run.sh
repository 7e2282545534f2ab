#!/bin/bash
# SPDX-License-Identifier: ISC
# What `make run` does: its steps, files that others verify, `$` lines that work as printed; again, it repeats nothing; a port that is taken is refused.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
export STATE=$TOP/var PORT BUILD
D=$STATE/demo
LOG=$STATE/logs/gauthd.log

# Where everything lies is said as people say it, from here: STATE=var.
once() { STATE=$(realpath --relative-to=. "$STATE") ONCE=1 tests/demo/run.sh; }
gmc() { "$BUILD/gmc" "$@"; }
serial() { openssl x509 -in "$D/gmc.pem" -noout -serial; }
log_size() { jq -r '.head.payload | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .size' "$D/trust.json"; }
all_steps() {
	[ "$(sed -nE 's/^ {1,2}([0-9]+) [a-zA-Z].*/\1/p' "$TOP/out" | tr '\n' ' ')" = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 " ] || fail "not the fourteen steps"
	said 'signer REFUSED  votes_missing: has 1, needs 2'
	said '7 verify   dee MEMBER; mallory NOT A MEMBER'
	said '10 TAMPER   one vote changed: FORGED (14)'
	said '11 expel    finn, let in by ana and bo, sold his key: dee moved it, 3 of 4 said yes; finn REVOKED (12)'
	said '        finn: admitted -> would still wait: has 2, needs 3'
	said "13 amend    charter 2 in force: approved by ana and bo; log head $(log_size)"
	said "14 puzzle   gil reads $(cat "$D/gil/read") from "
	said 'All steps passed in '
}

# ---- as people type it. The same words for the build directory as the build before used, or all would be compiled again.
case $BUILD in
"$PWD"/*) named=${BUILD#"$PWD"/} ;;
*) named=$BUILD ;;
esac
MAKEFLAGS=$(printf '%s' "${MAKEFLAGS:-}" | sed -E 's/ ?--jobserver[^ ]*//g; s/(^| )-?j[0-9]*( |$)/ /g')
export MAKEFLAGS
ok make run ONCE=1 PORT="$PORT" BUILD="$named"
all_steps
cp "$TOP/out" "$TOP/first"
! is_ready || fail "it still serves after ONCE=1"

# ---- what it leaves is verified by others
ok openssl verify -x509_strict -check_ss_sig -crl_check -CAfile "$D/ca.pem" -CRLfile "$D/crl.pem" "$D/gmc.pem"
said 'gmc.pem: OK'
ok certtool --verify --load-ca-certificate "$D/ca.pem" --load-crl "$D/crl.pem" --infile "$D/gmc.pem"
ends 1 certtool --verify --load-ca-certificate "$D/ca.pem" --load-crl "$D/crl.pem" --infile "$D/mallory/cert.pem"
ok node -e 'const { X509Certificate: X } = require("crypto"), read = (f) => new X(require("fs").readFileSync(f));
	const [ca, own, other] = process.argv.slice(1).map(read), by = (c) => c.checkIssued(ca) && c.verify(ca.publicKey);
	if (!ca.ca || own.ca || !by(own) || by(other) || !by(ca) || !(new Date(own.validFrom) < new Date() && new Date() < new Date(own.validTo)))
		throw new Error("not accepted");' "$D/ca.pem" "$D/gmc.pem" "$D/mallory/cert.pem"
ok gmc verify --trust "$D/trust.json" "$D/gmc.pem"
ends 10 gmc verify --trust "$D/trust.json" "$D/mallory/cert.pem"
ends 12 gmc verify --trust "$D/trust.json" "$D/finn.pem"
ends 2 openssl verify -crl_check -CAfile "$D/ca.pem" -CRLfile "$D/crl.pem" "$D/finn.pem"
said 'certificate revoked'
ends 1 certtool --verify --load-ca-certificate "$D/ca.pem" --load-crl "$D/crl.pem" --infile "$D/finn.pem"
ok gmc charter explain "$D/charter-2.json"
said 'two thirds'
ok gmc audit --trust "$D/trust.json" "$D/record.json"
bent() { # what is done to the record
	jq -c "$1" "$D/record.json" >"$TOP/bent.json" || fail "jq $1"
	ends 14 gmc audit --trust "$D/trust.json" "$TOP/bent.json"
}
jq -c . "$D/record.json" >"$TOP/same.json" && ok gmc audit --trust "$D/trust.json" "$TOP/same.json"
bent 'del(.votes[0])'
bent '.votes += [.votes[0]]'
bent '.votes[1].vote.signature |= (if startswith("A") then "B" else "A" end) + .[1:]'
bent '.votes[0].vote.payload |= .[:40] + (if .[40:41] == "A" then "B" else "A" end) + .[41:]'

# ---- again: checked, not repeated
before="$(serial) $(log_size) $(openssl x509 -in "$D/gmc.pem" -noout -fingerprint)"
said_then=$(cat "$D/cheat.txt")
ok once
all_steps
said 'receipt kept (before)'
said 'finn REVOKED (12) (before)'
said 'approved by ana and bo; log head '"$(log_size) (before)"
said 'rule of group open (before)'
said 'asked for a certificate, before the proposal was decided'
[ "$before" = "$(serial) $(log_size) $(openssl x509 -in "$D/gmc.pem" -noout -fingerprint)" ] || fail "something was repeated: $before"
[ "$said_then" = "$(cat "$D/cheat.txt")" ] || fail "the lie was told again"

# A lie that cannot be told is no refusal.
ends 2 "$BUILD/tests/demo/cheat" --state "$TOP/nowhere" demo 1
! grep -q REFUSED "$TOP/out" || fail "refused by nobody"

# ---- it serves, and every line works as it is printed
tests/demo/run.sh >"$TOP/served" 2>&1 &
daemon=$!
shown() { grep -q "YOUR TURN" "$TOP/served" && api demo/proposals/2 | jq -e .number; }
soon shown || soon shown || soon shown || { cp "$TOP/served" "$TOP/out"; fail "it does not serve"; }
ends 2 "$BUILD/tests/demo/cheat" --state "$STATE" demo 99
! grep -q REFUSED "$TOP/out" || fail "refused for what was not asked"
ends 3 "$BUILD/tests/demo/cheat" --state "$STATE" demo 1
said 'signer REFUSED'

# ---- README.md shows what was said, but for the values
alike() { sed -E "s#$STATE/#var/#g; s#($named|$BUILD)/#build/#g; s#[0-9a-f]{4,8}\.\.\.#HEX#; s#[0-9]+ bytes, until .*#SIZE, DATE#; s#reads [A-Y3-9]{6} from#reads LETTERS from#; s#log head .*#log head N#"; }
sed -n '/^What `make run` says/,/^## /s/^    //p' README.md | alike >"$TOP/picture"
[ "$(grep -c '^ *[0-9]* [a-zA-Z]' "$TOP/picture")" -ge 14 ] || fail "README.md has no picture of it"
cat "$TOP/first" "$TOP/served" | alike | grep -vxFf - "$TOP/picture" >"$TOP/out" && fail "README.md shows what is not said"

# ---- the port is taken: by ourselves, and by somebody who answers 200 to everything
now() { api demo | jq -c . && api demo/proposals/2 | jq -c . && [ "$(status_of /v1/groups/demo/proposals/5)" = 404 ]; }
before=$(now)
STATE=$TOP/other ends 1 once
said "port $PORT is held by gauthd (process $(child gauthd))"
[ "$before" = "$(now)" ] || fail "the other service is not as it was: $before"
[ ! -e "$TOP/other/demo/ana" ] || fail "it went on without a service of its own"
taken=$(free_port)
node -e 'require("http").createServer((q, r) => { require("fs").appendFileSync(process.argv[2], `${q.method}\n`); r.end("{}"); }).listen(process.argv[1], "127.0.0.1")' \
	"$taken" "$TOP/asked" &
somebody=$!
answers() { (: <"/dev/tcp/127.0.0.1/$taken") 2>/dev/null; }
soon answers || fail "nobody took the port"
STATE=$TOP/other PORT=$taken ends 1 once
kill $somebody
said "port $taken is held by node (process $somebody)"
[ ! -s "$TOP/asked" ] || fail "somebody else's service was asked: $(sort "$TOP/asked" | uniq -c)"

# ---- the group goes on where it was founded
PORT=$taken ends 2 once
said "is served at port $PORT"

# ---- whoever knows charter 2 is told of the votes that charter 1 asks for
ok env GMC_HOME="$D/ana" "$BUILD/gmc" fetch
said 'charter version 2'
ok env GMC_HOME="$D/ana" "$BUILD/gmc" proposals
said ' 1 of 2 '

# ---- the lines, those of cy's turn among them
typed=0
while read -r line; do
	unset GMC_HOME
	case $line in
	*verify*finn.pem) ends 12 bash -c "$line" ;;
	*'charter replay'*) ends 10 bash -c "$line" ;;
	*) ok bash -c "$line" ;;
	esac
	typed=$((typed + 1))
done < <(sed -n 's/^ *\$ //p' "$TOP/served")
[ $typed = 11 ] || fail "$typed lines, not 11"

# ---- her proposal was opened under charter 1, and what it asks for is enough
[ "$(api demo | jq .charter.version)" = 2 ] || fail "charter 2 is not in force: $(api demo)"
admitted() { [ "$(api demo/proposals/2 | jq -c '[.yes, .electors, .outcome]')" = '[2,4,"yes"]' ]; }
soon admitted || fail "cy's vote does not admit her: $(api demo/proposals/2)"
in_force_then() { GMC_HOME=$D/eve gmc fetch && GMC_HOME=$D/eve gmc audit 2 | grep 'under charter version 1'; }
soon in_force_then || fail "eve was not admitted under charter 1"
ok env GMC_HOME="$D/bo" "$BUILD/gmc" charter replay "$D/charter.json"
said '3 applications under version 1 of demo: 3 the same'

# ---- killed, while what it started is still ending: the next run waits, and goes on
parent=$(pgrep -P $daemon -x gauthd) || fail "no service to end"
still=$(child gauthd)
kill -KILL $daemon
wait $daemon 2>/dev/null
daemon=
kill -STOP "$still" && kill -TERM "$parent" || fail "nothing to stop"
{ sleep 2; kill -CONT "$still"; } &
ok once
said 'An earlier run has not ended yet'
all_steps
