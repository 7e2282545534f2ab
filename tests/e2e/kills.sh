#!/bin/bash
# SPDX-License-Identifier: ISC
# gauthd, gauth-signer, PostgreSQL and the parent of all are killed with SIGKILL between *decided* and *published*, under load, 20 times (200 in a soak).
# Afterwards every acknowledged vote is there, each approved application whose member has not left has exactly one certificate, and none has two.
# timeout: 420
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh

ROUNDS=${ROUNDS:-$([ -n "${SOAK:-}" ] && echo 200 || echo 20)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
echo "seed $SEED, $ROUNDS rounds"
APPLICANTS=3 # in each round
ACKED=$TOP/acked
: >"$ACKED"

sql() { runuser -u postgres -- psql -qAt -h "$(readlink -f "$STATE/system/run" 2>/dev/null || readlink -f "$STATE/run")/pg" -d charterhouse -c "$1"; }
[ "$(id -u)" = 0 ] || sql() { psql -qAt -h "$(readlink -f "$STATE/run")/pg" -d charterhouse -c "$1"; }

# Until the service takes it (0) or refuses it for good (4): the same signed object each time, as a client does that never heard the answer.
insist() {
	local i words
	for i in $(seq 300); do
		words=$("$@" 2>&1) && return 0
		case "$words" in *closed* | *decided*) return 4 ;; esac
		sleep 0.1
	done
	return 1
}

# One applicant's way in, and two founders' votes on it; what was acknowledged is written down only after the receipt came.
admit() { # who
	local who=$1 number i
	mkdir -p "$HOMES/$who"
	insist gmc "$who" join "$LINK" --name "$who" --no-wait || { echo "$who could not apply" >>"$TOP/wrong"; return; }
	for i in $(seq 300); do
		number=$(proposal_of "$GROUP" "$who" 2>/dev/null) && [ -n "$number" ] && break
		sleep 0.1
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
	insist gmc "$who" join "$LINK" --wait 20 || echo "$who, approved by proposal $number, has no certificate" >>"$TOP/wrong"
}

port_free() { ! (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }

# Half of the time the signer stands still while the votes come, so that decided certificates wait for it when the blow falls.
strike() { # round
	local victim=$(($1 % 4)) pid still=
	if [ $((RANDOM % 2)) = 0 ]; then
		still=$(child gauth-signer)
		kill -STOP "$still" 2>/dev/null
	fi
	sleep "0.$((RANDOM % 9))$((RANDOM % 9))"
	sleep "0.$((RANDOM % 9))"
	echo "round $1: $(sql "SELECT count(*) FILTER (WHERE state = 'intended') || ' intended, ' || count(*) FILTER (WHERE state = 'published') || ' published' FROM certificates" 2>/dev/null)" >>"$TOP/struck"
	case $victim in
	0) kill -KILL "$(child gauthd)" ;;
	1) kill -KILL "$(child gauth-signer)" ;;
	2) kill -KILL "$(child postgres)" ;;
	3)
		kill -KILL "$daemon"
		wait "$daemon" 2>/dev/null
		soon port_free || fail "round $1: what the parent left over does not end"
		start
		;;
	esac
	[ -n "$still" ] && kill -CONT "$still" 2>/dev/null
	soon is_ready || soon is_ready || soon is_ready || fail "round $1: not ready again after victim $victim"
}

ok ctl init
start
for round in $(seq "$ROUNDS"); do
	GROUP=g$round
	HOMES=$TOP/homes$round
	found "$GROUP" vote ana bo cy
	pids=
	for i in $(seq $APPLICANTS); do
		admit "n$i" &
		pids="$pids $!"
	done
	strike "$round"
	wait $pids
	[ -s "$TOP/wrong" ] && fail "round $round: $(cat "$TOP/wrong")"
done

cat "$TOP/struck"
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
check "votes counted twice" "SELECT count(*) FROM (SELECT FROM votes WHERE replaced IS NULL GROUP BY g, number, member HAVING count(*) > 1) x" 0
acked=$(sort -u "$ACKED" | wc -l)
[ "$acked" -ge $((want * 2)) ] || fail "acknowledged votes: $acked"
check "acknowledged votes" "SELECT count(*) FROM votes" "$acked"

# Every receipt that a voter holds names a vote that is in the store, by its digest.
sql "SELECT encode(digest, 'hex') FROM votes" | sort >"$TOP/stored"
jq -r '.receipt.payload | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson | .object' "$TOP"/homes*/{ana,bo,cy}/receipts/*.json | cut -d: -f2 | sort -u >"$TOP/receipts"
[ "$(comm -23 "$TOP/receipts" "$TOP/stored" | wc -l)" = 0 ] && [ "$(wc -l <"$TOP/receipts")" -ge $((want * 2)) ] || fail "a receipt names a vote that is not there"

# The whole log is followed again, and the last record decided again, offline.
ok gmc ana fetch
ok gmc ana audit --log
ok gmc n1 audit --trust "$HOMES/n1/trust.json" "$HOMES/n1/record.json"
stop || fail "gauthd did not end well"
