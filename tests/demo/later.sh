# SPDX-License-Identifier: ISC
# The steps of run.sh that come after the first admission: a member is expelled, and the group learns from it.

# Applied before all of that, so that her proposal keeps its number, its electorate and its charter; she waits for one vote more, which is cy's.
apply_eve() {
	[ -f "$DEMO/eve/applied" ] || { quietly gmc eve join "$LINK" --name eve --no-wait && : >"$DEMO/eve/applied"; }
	if ! wait_for proposal_there 2 || ! quietly gmc dee vote 2 yes; then
		wrong 11 "eve could not apply, or dee not vote on her"
	fi
}

# Everybody named says yes; a vote that was given is sent again as it was.
all_vote_yes() { # number, who...
	local number=$1 who
	wait_for proposal_there "$number" || return 1
	for who in "${@:2}"; do
		quietly gmc "$who" vote "$number" yes || return 1
	done
	wait_for decided "$number"
}

has_certificate() { quietly gmc "$1" fetch && [ -f "$DEMO/$1/gmc.pem" ]; }

finn_comes() {
	has_certificate finn && return 0
	quietly gmc finn join "$LINK" --name finn --no-wait && all_vote_yes 3 ana bo && wait_for has_certificate finn
}

finn_goes() {
	proposal_there 4 || quietly gmc dee expel finn -m "sold his key" || return 1
	all_vote_yes 4 dee ana bo
}

# What a peer knows that looked a moment ago: the lists, the charters and the head of the log.
look_again() {
	quietly gmc dee fetch || return 1
	for f in ca.pem crl.pem trust.json; do
		cp "$DEMO/dee/$f" "$DEMO/$f" || return 1
	done
}
finn_revoked() {
	look_again || return 1
	quietly "$BUILD/gmc" verify --trust "$DEMO/trust.json" "$DEMO/finn.pem"
	[ $? = 12 ]
}

expelled() {
	local before=
	if [ -f "$DEMO/finn.pem" ] && decided 4; then
		before=' (before)'
	elif ! finn_comes || ! cp "$DEMO/finn/gmc.pem" "$DEMO/finn.pem"; then
		wrong 11 "finn was not admitted"
		return
	elif ! finn_goes; then
		wrong 11 "finn was not expelled"
		return
	fi
	if wait_for finn_revoked && ! openssl verify -crl_check -CAfile "$DEMO/ca.pem" -CRLfile "$DEMO/crl.pem" "$DEMO/finn.pem" >/dev/null 2>&1; then
		step 11 expel "finn, let in by ana and bo, sold his key: dee moved it, 3 of 4 said yes; finn REVOKED (12)$before"
	else
		wrong 11 "finn's certificate is not on the lists"
	fi
	try "$BUILD/gmc verify --trust $DEMO/trust.json $DEMO/finn.pem"
}

group_charter() { curl -sf "$URL/v1/groups/demo" | sed -E 's/.*"charter":\{"version":([0-9]+).*/\1/'; }
second_there() { curl -sf -o /dev/null "$URL/v1/groups/demo/charters/2"; }
second_in_force() { [ "$(group_charter)" = 2 ]; }

# What an administrator would do in an editor: two thirds instead of half, and from then on the members vote on charters too.
edited() {
	sed -e '/^  "admission"/,/^  }/s#"1/2"#"2/3"#' -e 's#^  "voting": {#  "amendment": { "votes": { "fraction": "2/3", "minimum": 2 } },\n&#'
}
make_draft() { # seconds until it is to be in force
	gmc ana charter show 1 2>"$LOGS/step" | edited >"$DEMO/next.json" &&
		quietly gmc ana charter propose "$DEMO/next.json" --effective "$1s" --because "a demonstration" --out "$DEMO/draft.json"
}

# Whoever is asked to approve a charter tries it on the past first.
replayed() {
	if ! second_there && ! make_draft 2; then
		wrong 12 "no draft of charter 2 was made"
		return
	fi
	quietly gmc bo charter replay "$DEMO/draft.json"
	local code=$? finn
	finn=$(sed -nE 's/^ *3 (finn: admitted -> would (be refused|expire|still wait).*)/\1/p' "$LOGS/step")
	if [ $code = 10 ] && [ -n "$finn" ]; then
		step 12 replay "bo asks what charter 2 would have changed, with its two thirds instead of half, before he approves it:"
		say "        $finn"
	else
		wrong 12 "charter 2 should have kept finn out (status $code, 10 expected)"
	fi
	try "GMC_HOME=$DEMO/bo $BUILD/gmc charter replay $DEMO/draft.json"
}

# The draft has ana's approval. A slow computer may be past its effective time by now: it is made again, with more.
approve_second() {
	quietly gmc bo charter approve "$DEMO/draft.json" --because "a demonstration" && return 0
	grep -q approval_late "$LOGS/step" && make_draft 20 && quietly gmc bo charter approve "$DEMO/draft.json" --because "a demonstration"
}

# What was decided under charter 1 is as valid as before.
first_stands() {
	quietly "$BUILD/gmc" verify --trust "$DEMO/trust.json" "$DEMO/gmc.pem" &&
		quietly "$BUILD/gmc" audit --trust "$DEMO/trust.json" "$DEMO/record.json"
}

amended() {
	local before=
	if second_there; then
		before=' (before)'
	elif ! approve_second; then
		wrong 13 "charter 2 was not approved"
		return
	fi
	wait_for second_in_force || wait_for second_in_force || wait_for second_in_force || wrong 13 "charter 2 is not in force"
	if ! quietly curl -sf -o "$DEMO/charter-2.json" "$URL/v1/groups/demo/charters/2" || ! look_again; then
		wrong 13 "charter 2 is not shown"
	else
		step 13 amend "charter 2 in force: approved by ana and bo; log head $(sed -nE 's/^log +([0-9]+) .*/\1/p' "$LOGS/step")$before"
	fi
	first_stands || wrong 13 "dee's admission does not hold any more"
	try "$BUILD/gmc charter explain $DEMO/charter-2.json"
}

# Another group of the same service, whose rule asks for a puzzle. The picture stays, for whoever wants to try.
found_open() {
	quietly curl -sf "$URL/v1/groups/open" || quietly "$BUILD/gauthctl" --state "$STATE" group create open --template open --url "$URL" \
		--founder "$DEMO/cy/cy.csr" || return 1
	OPEN="$URL/g/open#$(curl -sf "$URL/v1/groups/open" | sed -E 's/.*"genesis":"([^"]+)".*/\1/')"
}
picture_there() { [ -s "$DEMO/gil/challenge-1.png" ]; }
solve() {
	local pid
	rm -f "$DEMO/gil/answer" "$DEMO/gil/challenge-1.png"
	mkfifo "$DEMO/gil/answer" || return 1
	gmc gil join "$OPEN" --name gil --puzzle graphic --wait 30 <"$DEMO/gil/answer" >"$LOGS/step" 2>&1 &
	pid=$!
	exec 7>"$DEMO/gil/answer"
	wait_for picture_there && READ=$(answer_of "$DEMO/gil" graphic 2>>"$LOGS/step") && echo "$READ" >&7
	exec 7>&-
	wait "$pid"
}
puzzled() {
	local before=
	if ! found_open; then
		wrong 14 "no group that asks for a puzzle was founded"
		return
	elif [ -f "$DEMO/gil/gmc.pem" ] && READ=$(cat "$DEMO/gil/read"); then
		before=' (before)'
	elif ! solve || ! echo "$READ" >"$DEMO/gil/read"; then
		wrong 14 "gil did not solve the puzzle"
		return
	fi
	quietly gmc gil verify "$DEMO/gil/gmc.pem" || wrong 14 "gil is no member"
	step 14 puzzle "gil reads $READ from $DEMO/gil/challenge-1.png, and is let in by the rule of group open$before"
	try "GMC_HOME=$DEMO/gil $BUILD/gmc charter explain"
}

your_turn() {
	say "YOUR TURN  eve is waiting, and you are cy: (she applied under charter 1, and dee said yes: 1 of 2)"
	say "        \$ GMC_HOME=$DEMO/cy $BUILD/gmc proposals"
	say "        \$ GMC_HOME=$DEMO/cy $BUILD/gmc vote 2 yes"
}
