#!/bin/bash
# SPDX-License-Identifier: ISC
# SIGKILL while members make a key: of an agent, of gauthd, of PostgreSQL, or of all at once, at random moments; 6 keys (60 in a soak). Every
# ceremony ends by its deadline, in a key that all its holders have the share of, or with a name; and the next one begins.
# timeout: 300
# soak
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_threshold.sh

ROUNDS=${ROUNDS:-$([ -n "${SOAK:-}" ] && echo 60 || echo 6)}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED
echo "seed $SEED, $ROUNDS rounds"
PEOPLE=(ana bo cy dee eve)
VICTIMS=(agent agent gauthd postgres all)

ok ctl init
sed -i 's/^#* *ceremony_wait = .*/ceremony_wait = 4s/' "$STATE/gauthd.conf"
start

# An agent that is started again whenever it ends, as a service manager would.
declare -A PID
agent() { # who
	GMC_HOME=$HOMES/$1 "$BUILD/gmc" agent --every 50ms >>"$TOP/agent.$1.log" 2>&1 &
	PID[$1]=$!
}
tend() {
	local who
	for who in "${PEOPLE[@]}"; do
		kill -0 "${PID[$who]}" 2>/dev/null || agent "$who"
	done
}
end_agents() {
	local who
	for who in "${PEOPLE[@]}"; do
		[ -n "${PID[$who]:-}" ] && kill "${PID[$who]}" 2>/dev/null && wait "${PID[$who]}" 2>/dev/null
	done
	PID=()
}
trap 'end_agents; stop' EXIT

strike() {
	local who=${PEOPLE[RANDOM % ${#PEOPLE[@]}]} what=${VICTIMS[RANDOM % ${#VICTIMS[@]}]}
	case $what in
	agent) kill -9 "${PID[$who]}" 2>/dev/null ;;
	gauthd | postgres) kill -9 "$(child "$what")" 2>/dev/null ;;
	all)
		kill -9 "${PID[@]}" 2>/dev/null
		kill -9 "$(child gauthd)" "$(child postgres)" 2>/dev/null
		;;
	esac
	echo "$what" >>"$TOP/strikes"
}

numbers() { api "$GROUP/ceremonies?limit=200" | jq -r '.ceremonies[] | "\(.number) \(.outcome // "runs")"' 2>/dev/null; }
is_done() { numbers | grep -q ' done$'; }

# Every share that an agent has is one of the key that the transcript says, and all holders have one: the agents say so themselves.
all_hold() { # ceremony
	local spki holders n=0 who
	spki=$(gmc ana ceremony show "$1" --json | jq -r .transcript.key)
	holders=$(gmc ana ceremony show "$1" --json | jq '.transcript.holders | length')
	for who in "${PEOPLE[@]}"; do
		grep -q "done; $holders members hold key $spki" "$TOP/agent.$who.log" && n=$((n + 1))
	done
	[ "$n" -ge "$holders" ]
}

: >"$TOP/strikes"
for round in $(seq "$ROUNDS"); do
	rm -rf "$HOMES" "$TOP"/agent.*.log
	found_threshold "ring$round" 3 "${PEOPLE[@]}"
	for who in "${PEOPLE[@]}"; do agent "$who"; done
	for i in $(seq 4); do
		sleep "0.$((RANDOM % 9))"
		strike
		tend
	done
	for i in $(seq 300); do
		tend
		is_done && break
		sleep 0.1
	done
	is_done || fail "round $round: no key after half a minute: $(numbers)"
	number=$(numbers | awk '$2 == "done" { print $1; exit }')
	within 20 all_hold "$number" || fail "round $round: not all holders of ceremony $number know that they are: $(cat "$TOP"/agent.*.log)"
	# One that failed says whose fault it was.
	for failed in $(numbers | awk '$2 == "failed" { print $1 }'); do
		api "$GROUP/ceremonies/$failed" | jq -e '.faults | length > 0' >/dev/null || fail "round $round: ceremony $failed failed, and names nobody"
	done
	end_agents
	ok gmc ana audit --log
done
echo "ceremonies: $ROUNDS keys made through $(wc -l <"$TOP/strikes") strikes"
