#!/bin/bash
# SPDX-License-Identifier: ISC
# SIGKILL at each step between *decided* and *published*, under load: gauthd, gauth-signer, PostgreSQL, and all with their parent; 20 times (200 in a soak).
# Afterwards every acknowledged vote is there, each approved application whose member has not left has exactly one certificate, and none has two.
# timeout: 420
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

# Each step is held from outside, by a lock in the database or by a signer that stands still, until it is seen to be reached:
#   deciding    the decision is written, and waits before its commit
#   intended    decided; the signer has heard nothing
#   extended    the signer has followed the log and decided again; no certificate was asked for
#   signed      the signer has signed and kept it; its answer is not stored
#   published   stored a moment ago
STEPS=(deciding intended extended signed published)
VICTIMS=(gauthd gauth-signer postgres all)
PAIRS=$((${#STEPS[@]} * ${#VICTIMS[@]}))
ROUNDS=${ROUNDS:-$([ -n "${SOAK:-}" ] && echo 200 || echo $PAIRS)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
echo "seed $SEED, $ROUNDS rounds"
APPLICANTS=3 # in each round
ACKED=$TOP/acked
holder=
pids=
: >"$ACKED"
signer=
trap 'kill $pids $holder 2>/dev/null; kill -CONT $signer 2>/dev/null; stop' EXIT

base() { readlink -e "$STATE/system" || readlink -e "$STATE"; }
session() { runuser -u postgres -- psql -qAt -h "$(readlink -f "$(base)/run")/pg" -d charterhouse "$@"; }
[ "$(id -u)" = 0 ] || session() { psql -qAt -h "$(readlink -f "$(base)/run")/pg" -d charterhouse "$@"; }
sql() { session -c "$1" 7>&-; }

# ---- load

# Until the service takes it (0) or refuses it for good (4): the same signed object each time, as a client does that never heard the answer.
insist() {
	local i words
	for i in $(seq 300); do
		words=$("$@" 2>&1) && return 0
		case "$words" in *closed* | *decided*) return 4 ;; esac
		sleep 0.2
	done
	return 1
}

# One applicant's way in, and three founders' votes on it; what was acknowledged is written down only after the receipt came.
admit() { # who
	local who=$1 number i
	mkdir -p "$HOMES/$who"
	insist gmc "$who" join "$LINK" --name "$who" --no-wait || { echo "$who could not apply" >>"$TOP/wrong"; return; }
	for i in $(seq 300); do
		number=$(proposal_of "$GROUP" "$who" 2>/dev/null) && [ -n "$number" ] && break
		sleep 0.2
	done
	# The third vote may come after the decision, and is refused then.
	for voter in ana bo cy; do
		insist gmc "$voter" vote "$number" yes
		case $? in
		0) echo "$GROUP $number $voter" >>"$ACKED" ;;
		4) [ $voter = cy ] || echo "$voter's vote on $number was refused" >>"$TOP/wrong" ;;
		*) echo "$voter could not vote on $number" >>"$TOP/wrong" ;;
		esac
	done
	for i in $(seq 300); do
		gmc "$who" join "$LINK" --wait 0 >"$HOMES/$who/words" 2>&1 && return
		sleep 0.2
	done
	echo "$who, approved by proposal $number, has no certificate: $(cat "$HOMES/$who/words")" >>"$TOP/wrong"
}

# ---- holding a step

# Takes a lock and keeps it until it is given back.
hold() { # statement
	rm -f "$TOP/hold" "$TOP/held"
	mkfifo "$TOP/hold" || fail "no fifo"
	session <"$TOP/hold" >"$TOP/held" 2>&1 &
	holder=$!
	exec 7>"$TOP/hold"
	printf 'BEGIN;\n%s;\n\\echo held\n' "$1" >&7
	soon grep -qx held "$TOP/held" || fail "no lock: $(cat "$TOP/held")"
}
release() {
	[ -n "$holder" ] || return 0
	exec 7>&-
	wait "$holder" 2>/dev/null
	holder=
}

OF_GROUP="g = (SELECT g FROM groups WHERE name = 'GROUP')"
count_of() { sql "SELECT count(*) FROM ${1//GROUP/$GROUP}" 2>/dev/null; }
there() { [ "$(count_of "$1")" -ge 1 ] 2>/dev/null; }
CERTIFICATES="certificates WHERE $OF_GROUP AND number IS NOT NULL AND state ="
waits() { echo "pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '$1%'"; }
journals() { find "$(base)/signer/groups" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; }
# What the tables must say at each step, and what is waited for.
declare -A SEEN=(
	[deciding]=$(waits 'INSERT INTO certificates')
	[intended]="$CERTIFICATES 'intended'"
	[extended]=$(waits 'UPDATE authorities')
	[signed]=$(waits 'WITH c AS (UPDATE certificates')
	[published]="$CERTIFICATES 'published'"
)
reach() { # what the tables say then
	local i
	for i in $(seq 200); do
		there "$1" && return
		sleep 0.1
	done
	fail "round $round: never came to where $step is held: $(sql "SELECT pid, state, wait_event_type, query FROM pg_stat_activity WHERE state <> 'idle'")"
}

# Holds what keeps the step from passing; before the load begins.
prepare() {
	signer=$(child gauth-signer)
	case $step in
	deciding) hold "LOCK TABLE certificates IN SHARE MODE" ;;
	intended | extended | signed) kill -STOP "$signer" || fail "no signer to stop" ;;
	esac
}

# Lets the load come to the step, and is sure that it did.
arrive() {
	case $step in
	extended | signed)
		reach "${SEEN[intended]}"
		size=$(journals)
		if [ "$step" = extended ]; then
			hold "LOCK TABLE authorities IN SHARE MODE"
		else
			hold "SELECT cause FROM certificates WHERE ${OF_GROUP//GROUP/$GROUP} AND state = 'intended' FOR UPDATE"
		fi
		kill -CONT "$signer"
		;;
	esac
	reach "${SEEN[$step]}"
}

# What must be so while the step is held, by one look at all of it; prints it.
assert_step() {
	local decided intended published grown=0
	IFS='|' read -r decided intended published < <(sql "SELECT count(*), count(*) FILTER (WHERE c.state = 'intended'), count(*) FILTER (WHERE c.state = 'published')
		FROM decisions d JOIN groups USING (g) LEFT JOIN certificates c USING (g, number) WHERE groups.name = '$GROUP'")
	case $step in
	deciding) [ "$decided" = 0 ] ;;
	intended) [ "$intended" -ge 1 ] && [ "$intended" = "$decided" ] ;;
	extended | signed)
		grown=$(($(journals) - size))
		[ $grown -gt 0 ] && [ "$intended" -ge 1 ] && [ "$published" = 0 ]
		;;
	published) [ "$published" -ge 1 ] ;;
	esac || fail "round $round: not at $step: $decided decided, $intended intended, $published published, the signer's journal +$grown"
	echo "round $round: $step, $victim: $decided decided, $intended intended, $published published, the signer's journal +$grown" | tee -a "$TOP/struck"
}

port_free() { ! (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

blow() {
	case $victim in
	all)
		kill -KILL "$daemon" "$(child gauthd)" "$(child gauth-signer)" "$(child postgres)"
		wait "$daemon" 2>/dev/null
		daemon=
		;;
	*) kill -KILL "$(child "$victim")" ;;
	esac || fail "round $round: no $victim to kill"
	# What was held is still so without the one that is dead, as long as there is somebody to ask.
	case $victim-$step in
	gauthd-published | gauth-signer-published) ;;
	gauthd-* | gauth-signer-*) [ "$(count_of "${SEEN[published]}")" = 0 ] || fail "round $round: it went on beyond $step" ;;
	esac
	release
	kill -CONT "$signer" 2>/dev/null
	if [ "$victim" = all ]; then
		soon port_free || fail "round $round: what the parent left over does not end"
		start
	fi
	soon is_ready || soon is_ready || soon is_ready || fail "round $round: not ready again after $victim was killed"
}

strike() {
	arrive
	assert_step
	# A moment of any length, for what else is under way.
	[ "$step" = published ] || sleep "0.$((RANDOM % (ROUNDS > PAIRS ? 10 : 3)))$((RANDOM % 10))"
	blow
}

ok ctl init
start
for round in $(seq "$ROUNDS"); do
	# Five and four have no common divisor: twenty rounds meet each pair. And who was killed has a while to live before the next time.
	step=${STEPS[$(((round - 1) % 5))]}
	victim=${VICTIMS[$(((round - 1) % 4))]}
	GROUP=g$round
	HOMES=$TOP/homes$round
	found "$GROUP" vote ana bo cy
	prepare
	pids=
	for i in $(seq $APPLICANTS); do
		admit "n$i" 7>&- &
		pids="$pids $!"
	done
	strike
	wait $pids
	[ -s "$TOP/wrong" ] && fail "round $round: $step, $victim: $(cat "$TOP/wrong")"
done

# ---- each pair was struck, and nothing is lost or there twice

pairs=$(sed -E 's/^round [0-9]+: ([a-z]+, [a-z-]+): .*/\1/' "$TOP/struck" | sort -u | wc -l)
[ "$pairs" -ge $((ROUNDS < PAIRS ? ROUNDS : PAIRS)) ] || fail "only $pairs of $PAIRS pairs of step and victim"
want=$((ROUNDS * APPLICANTS))
check() { # words, query, expected
	local got
	got=$(sql "$2") || fail "no answer to: $1"
	[ "$got" = "$3" ] || fail "$1: $got, not $3"
}
check "members" "SELECT count(*) FROM members WHERE ended IS NULL" $((want + 3 * ROUNDS))
check "applications without exactly one published certificate" \
	"SELECT count(*) FROM applications a JOIN proposals p ON p.g = a.g AND p.subject = a.digest WHERE p.outcome = 0 AND 1 <> (SELECT count(*) FROM certificates c WHERE c.g = p.g AND c.number = p.number AND c.state = 'published')" 0
check "certificates" "SELECT count(*), count(DISTINCT serial), count(DISTINCT der) FROM certificates WHERE state = 'published'" "$((want + 3 * ROUNDS))|$((want + 3 * ROUNDS))|$((want + 3 * ROUNDS))"
check "certificates that were not published" "SELECT count(*) FROM certificates WHERE state <> 'published'" 0
check "votes counted twice" "SELECT count(*) FROM (SELECT FROM votes WHERE replaced IS NULL GROUP BY g, number, member HAVING count(*) > 1) x" 0
acked=$(sort -u "$ACKED" | wc -l)
[ "$acked" -ge $((want * 2)) ] || fail "acknowledged votes: $acked"
check "acknowledged votes" "SELECT count(*) FROM votes" "$acked"

# Every receipt that a voter holds names a vote that is in the store, by its digest.
sql "SELECT encode(digest, 'hex') FROM votes" | sort >"$TOP/stored"
jq -r '.receipt.payload | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .object' "$TOP"/homes*/{ana,bo,cy}/receipts/*.json | cut -d: -f2 | sort -u >"$TOP/receipts"
[ "$(comm -23 "$TOP/receipts" "$TOP/stored" | wc -l)" = 0 ] && [ "$(wc -l <"$TOP/receipts")" -ge $((want * 2)) ] || fail "a receipt names a vote that is not there"

# Each group's whole log is followed again, and each record decided again, offline.
for round in $(seq "$ROUNDS"); do
	HOMES=$TOP/homes$round
	ok gmc ana fetch
	ok gmc ana audit --log
	for i in $(seq $APPLICANTS); do
		ok gmc "n$i" audit --trust "$HOMES/n$i/trust.json" "$HOMES/n$i/record.json"
	done
done
stop || fail "gauthd did not end well"
