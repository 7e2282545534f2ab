#!/bin/bash
# SPDX-License-Identifier: ISC
# Two gauthd on one database, each with a notary key of its own, are asked at once for what is there for one. Delays come from SEED; more rounds in a soak.
# Whatever the order was: the log is followed to its end and each decision decided again, nobody is counted twice, and no limit is passed.
# timeout: 400
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_two.sh

ROUNDS=${ROUNDS:-$([ -n "${SOAK:-}" ] && echo 30 || echo 1)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
echo "seed $SEED, $ROUNDS rounds"

# ---- groups

# A group of founders whose second charter names both notaries, and has the rule that is raced for. Each founder has a home at either authority.
house() { # name, change of the charter, founders...
	local who args=()
	GROUP=$1
	HOMES=$TOP/$1
	for who in "${@:3}"; do
		mkdir -p "$HOMES/$who"
		cp "$TOP/keys/$who"/* "$HOMES/$who/" 2>/dev/null || ok gmc "$who" keygen --name "$who"
		args+=(--founder "$HOMES/$who/$who.csr")
	done
	ok ctl group create "$1" --template vote --term 1h --url "$URL" "${args[@]}"
	LINK=$URL/g/$1#$(api "$1" | jq -r .genesis)
	for who in "${@:3}"; do ok gmc "$who" join "$LINK" --wait 30; done
	gmc ana charter show --json | jq -r '.charter | gsub("-"; "+") | gsub("_"; "/") | @base64d' >"$HOMES/first.json"
	jq --arg x "$(HOMES=$TOP/homes notary_key)" --rawfile keys "$TOP/keys/thumbs" "(\$keys | rtrimstr(\"\n\") / \"\n\") as \$keys | .tests = [] |
		.authority.notaries += [.authority.notaries[0] | .key.x = \$x] | $2" "$HOMES/first.json" >"$HOMES/next.json" || fail "jq $2"
	ok gmc ana charter propose "$HOMES/next.json" --effective 2s --key "$STATE/admin.pem" --yes --because "two authorities"
	amended() { [ "$(api "$GROUP" | jq .charter.version)" = "${1:-2}" ]; }
	soon amended || fail "charter 2 of $1 is not in force"
	for who in "${@:3}"; do
		ok gmc "$who" fetch
		two_homes "$who"
	done
}
two_homes() {
	mkdir -p "$HOMES/2" && cp -r "$HOMES/$1" "$HOMES/2/" && sed -i "s/:$PORT\\b/:$PORT2/" "$HOMES/2/$1/config.json"
}

# Those who may apply: keys made once.
APPLICANTS=8
make_keys() {
	local i
	for i in $(seq $APPLICANTS); do
		mkdir -p "$TOP/keys/n$i"
		HOMES=$TOP/keys ok gmc "n$i" keygen --name "n$i"
		sed -nE 's/^key .* ([A-Za-z0-9_-]{43}): .*/\1/p' "$TOP/out" >>"$TOP/keys/thumbs"
	done
}
newcomer() { mkdir -p "$HOMES/$1" && cp "$TOP/keys/$1"/* "$HOMES/$1/"; }
asks() { # who, at which authority: 1 or 2
	gmc "$1" join "${LINK/:$PORT/:$([ "$2" = 1 ] && echo "$PORT" || echo "$PORT2")}" --name "$1" --no-wait
}

# ---- racing

runners=()
# Does something at one of the two, after a delay of up to 30 ms; its exit code and words are kept under a name.
at() { # 1 or 2, name, command...
	local delay
	delay=$(printf '0.%03d' $((RANDOM % 30)))
	(
		[ "$1" = 1 ] || { [ "$3" = asks ] || HOMES=$HOMES/2; }
		sleep "$delay"
		"${@:3}" >"$HOMES/said-$2" 2>&1
		echo $? >"$HOMES/code-$2"
	) &
	runners+=($!)
}
meet() {
	wait "${runners[@]}"
	runners=()
	[ ! -d "$HOMES/2" ] || mv "$HOMES"/2/said-* "$HOMES"/2/code-* "$HOMES/" 2>/dev/null
}
code() { cat "$HOMES/code-$1" 2>/dev/null || echo none; }
# So many ended with a status, and each of the others by this name.
count_codes() { # prefix, wanted zeros, name of the refusals
	local f good=0
	for f in "$HOMES"/code-"$1"*; do
		if [ "$(cat "$f")" = 0 ]; then good=$((good + 1)); else
			grep -qE "$3" "${f/code-/said-}" || fail "$GROUP: $(cat "${f/code-/said-}")"
		fi
	done
	[ $good = "$2" ] || fail "$GROUP: $good of $1 were taken, not $2: $(cat "$HOMES"/said-"$1"*)"
}

of_group() { sql "SELECT count(*) FROM ${1//@G/(SELECT g FROM groups WHERE name = \'$GROUP\')}"; }
is() { # words, query, wanted
	local got
	got=$(of_group "$2") || fail "no answer to: $1"
	[ "$got" = "$3" ] || fail "$GROUP: $1: $got, not $3"
}
# What holds after any race.
is_published() { [ "$(of_group "certificates WHERE g = @G AND state = 'intended'")" = 0 ]; }
holds() {
	soon is_published || fail "$GROUP: certificates are intended and not published"
	ok gmc ana fetch
	ok gmc ana audit --log
	is "votes counted twice" "(SELECT FROM votes WHERE g = @G AND replaced IS NULL GROUP BY number, member HAVING count(*) > 1) x" 0
	is "vouches counted twice" "(SELECT FROM vouches WHERE g = @G GROUP BY application, member HAVING count(*) > 1) x" 0
	is "decisions twice" "(SELECT FROM decisions WHERE g = @G GROUP BY number HAVING count(*) > 1) x" 0
	is "members twice" "(SELECT FROM certificates WHERE g = @G AND number IS NOT NULL GROUP BY number HAVING count(*) > 1) x" 0
	local n
	for n in $(sql "SELECT d.number FROM decisions d JOIN groups USING (g) WHERE name = '$GROUP'"); do
		gmc ana audit "$n" >"$TOP/out" 2>&1
		case $? in 0 | 10) ;; *) fail "$GROUP: the decision on $n does not hold" ;; esac
	done
}
proposals() { of_group "proposals WHERE g = @G"; }
has_proposals() { [ "$(proposals)" = "$1" ]; }
number_of() { api "$GROUP/proposals?state=all" | jq -er --arg n "$1" '.proposals[] | select(.name == $n) | .number'; }
joined() { of_group "members WHERE g = @G AND ended IS NULL"; }
has_joined() { [ "$(joined)" = "$1" ]; }
all_ask() { # how many
	local i
	for i in $(seq "$1"); do
		newcomer "n$i"
		at $((i % 2 + 1)) "ask$i" asks "n$i" $((i % 2 + 1))
	done
	meet
}

# ---- the races

# Three seats are left, and eight ask for them.
seats() {
	house "seats$1" '.admission = {list: {keys: $keys}} | .membership.limit = 5' ana bo
	all_ask $APPLICANTS
	soon has_joined 5 || fail "$GROUP: $(joined) joined"
	holds
	has_joined 5 || fail "$GROUP: more than the limit: $(joined)"
}

# Two places a day, and eight who ask for them.
places() {
	house "places$1" '.admission = {list: {keys: $keys}} | .membership.per_day = 2' ana bo
	all_ask $APPLICANTS
	soon has_joined 4 || fail "$GROUP: $(joined) joined"
	soon has_proposals $APPLICANTS
	holds
	has_joined 4 || fail "$GROUP: more than a day has places: $(joined)"
}

# Ana may vouch twice, and is asked by six.
budget() {
	local i
	house "budget$1" '.admission = {vouches: {count: 2, budget: 2, window: 86400}}' ana bo
	all_ask 6
	soon has_proposals 6 || fail "$GROUP: no proposals"
	for i in $(seq 6); do at $((i % 2 + 1)) "vouch$i" gmc ana vouch "$i"; done
	meet
	count_codes vouch 2 budget_spent
	is "vouches" "vouches WHERE g = @G" 2
	holds
}

# The same vote at both; and two votes of one voter that do not agree.
votes() {
	local i n
	house "votes$1" '.admission = {votes: {count: 2}}' ana bo cy
	all_ask 3
	soon has_proposals 3 || fail "$GROUP: no proposals"
	for n in 1 2; do
		ok gmc ana vote $n yes --out "$HOMES/vote$n.json"
		for i in 1 2; do at $i "same$n$i" gmc ana submit "$HOMES/vote$n.json"; done
	done
	for i in 1 2; do at $i "other$i" gmc bo vote 3 "$([ $i = 1 ] && echo yes || echo no)"; done
	meet
	count_codes same 4 none
	count_codes other 1 'vote_differs|already_voted|replayed|voted'
	is "votes" "votes WHERE g = @G" 3
	# The last votes for two, at once: each is decided once.
	for n in 1 2; do
		at 1 "last$n" gmc bo vote $n yes
		at 2 "late$n" gmc cy vote $n yes
	done
	meet
	soon has_joined 5 || fail "$GROUP: $(joined) joined"
	holds
}

# Bo is expelled while an applicant comes in by bo's vote: either it counted, or it is void and the applicant waits.
expelled() {
	local out
	house "expelled$1" '.admission = {votes: {count: 3}} | .expulsion = {votes: {count: 3}}' ana bo cy dee
	all_ask 1
	soon has_proposals 1 || fail "$GROUP: no proposal"
	ok gmc ana vote 1 yes
	ok gmc bo vote 1 yes
	ok gmc ana expel bo
	soon has_proposals 2 || fail "$GROUP: no motion"
	ok gmc ana vote 2 yes
	ok gmc cy vote 2 yes
	at 1 voter gmc dee vote 2 yes
	at 2 admits gmc cy vote 1 yes
	meet
	gone() { [ "$(api "$GROUP/proposals/2" | jq -r .outcome)" = yes ]; }
	soon gone || fail "$GROUP: bo is not expelled: $(cat "$HOMES"/said-*)"
	[ "$(code voter)" = 0 ] && [ "$(code admits)" = 0 ] || fail "$GROUP: $(cat "$HOMES"/said-*)"
	out=$(api "$GROUP/proposals/1" | jq -r '"\(.outcome) \(.yes)"')
	case $out in "yes 3" | "null 2" | "null 3") ;; *) fail "$GROUP: $out" ;; esac
	[ "$out" = "yes 3" ] || ok gmc dee vote 1 yes
	soon has_joined 4 || fail "$GROUP: $(joined) joined"
	holds
}

# A charter that asks for three votes comes into force while the second is cast, and while somebody else applies: each under its own charter.
amends() {
	house "amends$1" '.admission = {votes: {count: 2}}' ana bo cy
	all_ask 1
	soon has_proposals 1 || fail "$GROUP: no proposal"
	ok gmc ana vote 1 yes
	jq '.admission = {votes: {count: 3}}' "$HOMES/next.json" >"$HOMES/third.json"
	ok gmc ana charter propose "$HOMES/third.json" --effective 1s --key "$STATE/admin.pem" --yes --because "more votes"
	newcomer n2
	sleep "0.$((RANDOM % 10))"
	at 1 voter gmc bo vote 1 yes
	at 2 ask asks n2 2
	meet
	soon amended 3 || fail "$GROUP: charter 3 is not in force"
	[ "$(code voter)" = 0 ] || fail "$GROUP: $(cat "$HOMES"/said-voter)"
	soon has_joined 4 || fail "$GROUP: two votes were enough when it was opened: $(api "$GROUP/proposals/1" | jq -c .asks)"
	[ "$(code ask)" = 0 ] || { grep -qE 'charter_not_in_force|not_in_force' "$HOMES/said-ask" && ok asks n2 1; } || fail "$GROUP: $(cat "$HOMES/said-ask")"
	soon has_proposals 2 || fail "$GROUP: who applied was not put to the group"
	holds
}

start_database
ok ctl init
start
start_second
make_keys
for round in $(seq "$ROUNDS"); do
	for race in seats places budget votes expelled amends; do
		$race "$round"
		echo "round $round: $race"
	done
done
# Both were asked, and each signed for what it took.
kids=$(jq -r '.receipt.protected | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .kid' "$TOP"/*/*/receipts/*.json "$TOP"/*/2/*/receipts/*.json | sort | uniq -c)
[ "$(wc -l <<<"$kids")" = 2 ] && grep -q "$(cat "$TOP/notary")" <<<"$kids" || fail "receipts by: $kids"
stop_second
stop || fail "gauthd did not end well"
