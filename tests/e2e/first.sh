#!/bin/bash
# SPDX-License-Identifier: ISC
# One admission with the real programs, from an empty directory to the audit: as whoever runs the tests, and, when that is root, as somebody else too.
# quick
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1

# As root, a second time as a user who cannot change who it is. The programs must be within that user's reach.
if [ "$(id -u)" = 0 ] && [ -z "${E2E_AGAIN:-}" ]; then
	other=$(mktemp -d /tmp/ch-XXXXXX) && chown nobody "$other" && chmod 755 "$other" || exit 1
	if runuser -u nobody -- test -x "$BUILD/gauthd" && runuser -u nobody -- test -r "$0"; then
		E2E_AGAIN=1 TMPDIR=$other HOME=$other runuser -u nobody -- bash "$0"
		status=$?
	else
		echo "the programs are out of another user's reach; that half is left out"
		status=0
	fi
	rm -rf "$other"
	[ $status = 0 ] || exit $status
fi

REAL=1
. tests/e2e/lib.sh
holds_port() { (: <"/dev/tcp/127.0.0.1/$PORT"); }

ok ctl init
said "$STATE"
start
[ "$(status_of /)" = 200 ] && [ "$(status_of /g/nobody)" = 404 ] || fail "pages"

found demo vote ana bo cy
[ "$(api demo | jq -r '.state, .members')" = "open
3" ] || fail "group: $(api demo)"

# Links go by the port that is served, not by that of the settings.
ok ctl group create links --founder "$HOMES/ana/ana.csr"
said "$URL/g/links#sha256:"

apply demo dee
[ "$(api "demo/proposals/$NUMBER" | jq -r '.electors, .yes')" = "3
0" ] || fail "proposal: $(api "demo/proposals/$NUMBER")"
ok gmc ana vote "$NUMBER" yes
ok gmc ana vote "$NUMBER" yes
ends 4 gmc ana vote "$NUMBER" no
said equivocation
[ "$(api "demo/proposals/$NUMBER" | jq -r '.yes, .outcome')" = "1
null" ] || fail "a vote: $(api "demo/proposals/$NUMBER")"
[ "$(status_of "/v1/groups/demo/proposals/$NUMBER/record")" = 409 ] || fail "a record of what is undecided"
[ "$(status_of /g/demo)" = 200 ] && curl -s "$URL/g/demo" | grep -q "Admit dee" || fail "the page does not show the proposal"
ok gmc bo vote "$NUMBER" yes
ok gmc dee join "$LINK" --wait 30

D=$HOMES/dee
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc dee audit --trust "$D/trust.json" "$D/record.json"
tr -d ' \n' <"$D/record.json" | sed -E 's/("vote":\{"payload":".{40})./\1_/' >"$TOP/forged.json"
ends 14 gmc dee audit --trust "$D/trust.json" "$TOP/forged.json"
ok openssl verify -x509_strict -check_ss_sig -crl_check -CAfile "$D/ca.pem" -CRLfile "$D/crl.pem" "$D/gmc.pem"
[ "$(api demo | jq .members)" = 4 ] || fail "members: $(api demo)"

# A new certificate, then a new key.
ok gmc dee renew
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"
ok gmc dee renew --rekey
ok gmc dee verify --trust "$D/trust.json" "$D/gmc.pem"

# Who leaves is revoked for those who fetch.
cp "$D/gmc.pem" "$TOP/gmc.pem"
ok gmc dee revoke --yes
left() { gmc ana fetch >/dev/null 2>&1; gmc ana verify --trust "$HOMES/ana/trust.json" "$TOP/gmc.pem" >/dev/null 2>&1; [ $? = 12 ]; }
soon left || fail "who left is not revoked"

# Stopped and started, all is as it was.
before=$(api demo | jq -c '[.genesis, .head, .members]')
stop || fail "gauthd did not end well"
for part in gauthd gauth-signer postgres; do
	grep -q "child_stopped child=$part with=\"status 0\"" "$LOG" || fail "$part did not end well"
done
start
[ "$(api demo | jq -c '[.genesis, .head, .members]')" = "$before" ] || fail "not as before: $before"
ends 1 "$BUILD/gauthd" --state "$TOP/state2" --port "$PORT"
said address_in_use
# What a parent that was killed left behind still holds the port for a moment: the next one waits for it, and says so.
stop || fail "gauthd did not end well"
perl -MIO::Socket::INET -e '$0 = "gauthd"; my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:$ARGV[0]", ReuseAddr => 1) or die; sleep 3' "$PORT" &
soon holds_port || fail "nobody holds the port"
start
grep -q port_awaited "$LOG" || fail "nobody waited for the service that is left over"
stop || fail "gauthd did not end well"
echo "all of it as $(id -un)"
