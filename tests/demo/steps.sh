# SPDX-License-Identifier: ISC
# The first steps of run.sh, one admission. Each looks whether it was taken before, takes it if not, and checks what came of it.

# One member of a JSON document, by name: enough for our own answers.
member() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/"; }

show_group() {
	say "Group demo   founders ana, bo, cy   genesis ${genesis:0:15}..."
	say "  Rule   $(curl -sf "$URL/v1/groups/demo" | sed -E 's/.*"rule":"([^"]*)".*/\1/')"
	if quietly gmc ana charter explain "$DEMO/charter.json"; then
		step 1 charter "approved by ana and bo"
	else
		wrong 1 "the charter does not explain itself"
	fi
	try "$BUILD/gmc charter explain $DEMO/charter.json"
}

apply_dee() {
	if [ -f "$DEMO/dee/gmc.pem" ] && quietly gmc dee status; then
		step 2 apply "dee made her own key and applied (before)"
	elif quietly gmc dee join "$LINK" --name dee --no-wait; then
		step 2 apply "dee made her own key and applied"
	else
		wrong 2 "dee could not apply"
	fi
	try "GMC_HOME=$DEMO/dee $BUILD/gmc join '$LINK'"
}

# The proposal opens by itself a moment after the application.
wait_for() {
	for _ in $(seq 100); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}
proposal_there() { curl -sf -o /dev/null "$URL/v1/groups/demo/proposals/$1"; }
decided() { curl -sf "$URL/v1/groups/demo/proposals/$1" | grep -q '"outcome":"yes"'; }

# A vote that was given is sent again as it was: the service gives the same receipt, and gmc checks it.
# What it says of the count is of now, so the first words are ours.
vote() { # step, who, words
	local before=
	decided 1 && before=' (before)'
	if quietly gmc "$2" vote 1 yes && grep -q 'receipt kept' "$LOGS/step" && [ -n "$(ls "$DEMO/$2/receipts")" ]; then
		step "$1" vote "$3$before"
	else
		wrong "$1" "$2 could not vote, or has no receipt that holds"
	fi
}

vote_ana() {
	wait_for proposal_there 1 || wrong 3 "no proposal was opened"
	vote 3 ana "ana: yes (1 of 2), receipt kept"
	try "GMC_HOME=$DEMO/ana $BUILD/gmc vote 1 yes"
}

# A program of the tests plays a stolen authority: it has the notary key and the signer's socket, and one vote of two.
# Once the proposal is decided there is no lie left to tell about it: what was seen then is shown as that.
cheat() {
	if decided 1 && [ ! -s "$DEMO/cheat.txt" ]; then
		step 4 CHEAT "not tried: the proposal was decided before"
		return
	fi
	if decided 1; then
		step 4 CHEAT "the server asked for a certificate, before the proposal was decided; the signer said then:"
		say "        $(cat "$DEMO/cheat.txt")"
		return
	fi
	step 4 CHEAT "the server asks for a certificate now"
	if quietly "$BUILD/tests/demo/cheat" --state "$STATE" demo 1 && grep -q '^signer REFUSED  votes_missing: ' "$LOGS/step"; then
		cp "$LOGS/step" "$DEMO/cheat.txt"
		say "        $(cat "$DEMO/cheat.txt")"
	else
		wrong 4 "the signer did not refuse because votes are missing"
	fi
}

vote_bo() {
	vote 5 bo "bo: yes (2 of 2): admitted"
	wait_for decided 1 || wrong 5 "bo's vote did not admit dee"
}

issued() {
	if ! quietly gmc dee join "$LINK" --wait 30; then
		wrong 6 "no certificate was issued"
		return
	fi
	for f in ca.pem crl.pem gmc.pem trust.json record.json; do
		cp "$DEMO/dee/$f" "$DEMO/$f" || wrong 6 "$f is missing"
	done
	local serial size until
	serial=$(openssl x509 -in "$DEMO/gmc.pem" -noout -serial | cut -d= -f2 | tr 'A-F' 'a-f')
	size=$(openssl x509 -in "$DEMO/gmc.pem" -outform DER | wc -c)
	until=$(LC_ALL=C date -u -d "$(openssl x509 -in "$DEMO/gmc.pem" -noout -enddate | cut -d= -f2)" '+%d %b')
	step 6 issue "certificate ${serial:0:4}..., $size bytes, until $until"
}

verified() {
	quietly "$BUILD/gmc" verify --trust "$DEMO/trust.json" "$DEMO/gmc.pem"
	local dee=$?
	quietly "$BUILD/gmc" verify --trust "$DEMO/trust.json" "$DEMO/mallory/cert.pem"
	local mallory=$?
	if [ $dee = 0 ] && [ $mallory = 10 ]; then
		step 7 verify "dee MEMBER; mallory NOT A MEMBER"
	else
		wrong 7 "dee $dee (0 expected), mallory $mallory (10 expected)"
	fi
	try "$BUILD/gmc verify --trust $DEMO/trust.json $DEMO/gmc.pem"
}

openssl_says() {
	if quietly openssl verify -x509_strict -check_ss_sig -crl_check -CAfile "$DEMO/ca.pem" -CRLfile "$DEMO/crl.pem" "$DEMO/gmc.pem"; then
		step 8 openssl "$(cat "$LOGS/step")"
	else
		wrong 8 "openssl does not verify the certificate"
	fi
}

audited() {
	if quietly "$BUILD/gmc" audit --trust "$DEMO/trust.json" "$DEMO/record.json"; then
		step 9 audit "decided again offline: YES"
	else
		wrong 9 "the record does not hold"
	fi
	try "$BUILD/gmc audit --trust $DEMO/trust.json $DEMO/record.json"
}

# One byte of the first vote's payload becomes another.
tampered() {
	local vote
	vote=$(tr -d '\n' <"$DEMO/record.json" | sed -E 's/.*"votes": *\[ *\{ *"vote": *\{ *"payload": *"([^"]+)".*/\1/')
	local changed=${vote:0:40}$([ "${vote:40:1}" = A ] && echo B || echo A)${vote:41}
	sed "s/$vote/$changed/" "$DEMO/record.json" >"$DEMO/tampered.json"
	quietly "$BUILD/gmc" audit --trust "$DEMO/trust.json" "$DEMO/tampered.json"
	local code=$?
	if [ $code = 14 ]; then
		step 10 TAMPER "one vote changed: FORGED (14)"
	else
		wrong 10 "a changed vote passed with $code"
	fi
}
