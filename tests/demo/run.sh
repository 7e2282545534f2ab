#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# A real admission, an expulsion and an amendment, step by step: what `make run` shows. Started again, it goes on with the state that is there.
#   PORT=8080   where to serve, the first time     ONCE=1   end after the last step     STATE=var   where everything lies     BUILD=build   the programs
set -u
cd "$(dirname "$0")/../.." || exit 2

ONCE=${ONCE:-}
STATE=${STATE:-var}
BUILD=${BUILD:-build}
DEMO=$STATE/demo
LOGS=$STATE/logs
made=$(cat "$DEMO/port" 2>/dev/null)
PORT=${PORT:-${made:-8080}}
URL=http://127.0.0.1:$PORT
failed=0
began=$(date +%s%N)
daemon=

say() { printf '%s\n' "$*"; }
# The charter has the address in it, and so has everybody who joined by it.
[ -z "$made" ] || [ "$made" = "$PORT" ] || {
	say "The group in $STATE/ says that it is served at port $made: leave PORT= out, or make another one with STATE=elsewhere." >&2
	exit 2
}
step() { printf '%3s %-8s %s\n' "$1" "$2" "$3"; }
try() { printf '        $ %s\n' "$*"; }
gmc() { GMC_HOME=$DEMO/$1 "$BUILD/gmc" "${@:2}"; }

# Whatever goes wrong is said with the words of the program that said it, and counts.
wrong() {
	step "$1" FAILED "$2"
	[ -s "$LOGS/step" ] && sed 's/^/        /' "$LOGS/step"
	failed=$((failed + 1))
}

# Runs a command quietly; its words are kept for `wrong`.
quietly() { "$@" >"$LOGS/step" 2>&1; }

stop() {
	[ -n "$daemon" ] && kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null
	daemon=
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap stop EXIT

# An answer at the port may be anybody's. It is our service's when what we started runs, and wrote that it serves at this port, which
# nobody else can then.
serves() {
	kill -0 "$daemon" 2>/dev/null && grep -q " serving .*port=$PORT " "$LOGS/gauthd.log" &&
		[ "$(curl -s -o /dev/null --max-time 5 -w '%{http_code}' "$URL/readyz")" = 200 ]
}

# The log begins anew before the service does: what an earlier one wrote must not be taken for its words.
launch() {
	: >"$LOGS/gauthd.log"
	"$BUILD/gauthd" --state "$STATE" --port "$PORT" >>"$LOGS/gauthd.log" 2>&1 &
	daemon=$!
	for _ in $(seq 600); do
		serves && return 0
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	return 1
}

# What an earlier run left over may still be ending: its state is held while requests are drained, its port a moment more.
start() {
	local left
	mkdir -p "$DEMO" "$LOGS" || exit 2
	for ((left = 16; left > 0; left--)); do
		launch && return
		stop
		case $(tail -n 1 "$LOGS/gauthd.log") in
		*': state_busy: '*) [ "$left" = 16 ] && say "An earlier run has not ended yet; waiting for it." ;;
		*': address_in_use: '*) [ "$left" -gt 2 ] && left=3 ;;
		*) break ;;
		esac
		[ "$left" -gt 1 ] && sleep 1
	done
	say "The service did not start:"
	tail -n 5 "$LOGS/gauthd.log" | sed 's/^/  /; s/with --port$/with PORT=/'
	exit 1
}

keys() {
	for who in ana bo cy dee eve finn gil; do
		mkdir -p "$DEMO/$who"
		[ -f "$DEMO/$who/key.pem" ] || quietly gmc "$who" keygen --name "$who" || wrong 1 "$who has no key"
	done
	if [ ! -f "$DEMO/mallory/cert.pem" ]; then
		mkdir -p "$DEMO/mallory"
		quietly openssl req -x509 -newkey ed25519 -nodes -days 7 -subj /CN=mallory -keyout "$DEMO/mallory/key.pem" -out "$DEMO/mallory/cert.pem"
	fi
}

found() {
	if [ ! -f "$DEMO/charter.json" ]; then
		quietly "$BUILD/gauthctl" --state "$STATE" group create demo --template vote --term 1d --url "$URL" --purpose "A demonstration: three founders admit a fourth member." \
			--founder "$DEMO/ana/ana.csr" --founder "$DEMO/bo/bo.csr" --founder "$DEMO/cy/cy.csr" \
			--administrator "ana=$DEMO/ana/ana.csr" --administrator "bo=$DEMO/bo/bo.csr" --threshold 2 --draft "$DEMO/founding.json" || wrong 1 "no charter was made"
		for who in ana bo; do
			quietly gmc "$who" charter approve "$DEMO/founding.json" --server "$URL" --because "a demonstration" || wrong 1 "$who could not approve"
		done
		quietly curl -sf -o "$DEMO/charter.json" "$URL/v1/groups/demo/charters/1" || wrong 1 "the group was not founded"
		echo "$PORT" >"$DEMO/port"
	elif ! curl -sf "$URL/v1/groups/demo/charters/1" | cmp -s - "$DEMO/charter.json"; then
		wrong 1 "the service has another charter than $DEMO/charter.json"
	fi
	genesis=$(curl -sf "$URL/v1/groups/demo" | sed -E 's/.*"genesis":"([^"]+)".*/\1/')
	LINK="$URL/g/demo#$genesis"
	for who in ana bo cy; do
		[ -f "$DEMO/$who/gmc.pem" ] || quietly gmc "$who" join "$LINK" --wait 30 || wrong 1 "$who, a founder, has no certificate"
	done
}

. tests/demo/steps.sh
. tests/demo/later.sh
. tests/demo/person.sh

start
if [ -t 1 ]; then say ''; fi
say "Charterhouse   $URL   state: $STATE/   stop: Ctrl-C     (founders' and applicants' demonstration keys are not encrypted)"
say "  signer    separate process: no network, no database"
keys
found
show_group
apply_dee
vote_ana
cheat
vote_bo
issued
verified
openssl_says
audited
tampered
apply_eve
expelled
replayed
amended
puzzled
took=$(($(date +%s%N) - began))
if [ "$failed" -gt 0 ]; then
	say "$failed steps FAILED; the log is in $LOGS/gauthd.log"
	exit 1
fi
printf 'All steps passed in %d.%d s.\n' $((took / 1000000000)) $((took / 100000000 % 10))
[ -n "$ONCE" ] && exit 0
your_turn
wait "$daemon"
