# SPDX-License-Identifier: ISC
# What the scripts of this folder share: a service of their own, and checks that say what they found. Sourced from the root.
set -u
BUILD=$(cd "${BUILD:-build}" && pwd)
# Run by hand it makes its own place, which stays for whoever wants to look.
TOP=${TMPDIR:-$(mktemp -d /tmp/ch-XXXXXX)} && chmod 755 "$TOP" || exit 1
STATE=$TOP/state
HOMES=$TOP/homes
LOG=$TOP/gauthd.log
daemon=

# The cluster that init would make, as a copy of one that it made: a second less for each script. $REAL: not here.
if [ -n "${CLUSTER_TEMPLATE:-}" ] && [ -z "${REAL:-}" ]; then
	mkdir -m 711 "$STATE" && cp -a -- "$CLUSTER_TEMPLATE" "$STATE/postgres" || exit 1
fi

gmc() { GMC_HOME=$HOMES/$1 "$BUILD/gmc" "${@:2}"; }
ctl() { "$BUILD/gauthctl" --state "$STATE" "$@"; }
api() { curl -s --max-time 20 "$URL/v1/groups/$1"; }

fail() {
	echo "FAILED: $*" >&2
	[ -s "$TOP/out" ] && sed 's/^/  out | /' "$TOP/out" >&2
	[ -s "$LOG" ] && tail -n 25 "$LOG" | sed 's/^/  log | /' >&2
	exit 1
}

# Runs a command that must end with a status; its words are kept in $TOP/out.
ends() { # status, command...
	local want=$1 got
	shift
	"$@" >"$TOP/out" 2>&1
	got=$?
	[ "$got" = "$want" ] || fail "status $got, not $want: $*"
}
ok() { ends 0 "$@"; }
# The words of the last command.
said() { grep -qF -- "$1" "$TOP/out" || fail "did not say '$1'"; }

# Tries for ten seconds.
soon() {
	local i
	for i in $(seq 100); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# A port that nobody has now, and none that the system gives to whoever connects (32768 and above).
free_port() {
	local p
	while :; do
		p=$((20000 + RANDOM % 12000))
		(: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null || break
	done
	echo "$p"
}

PORT=${E2E_PORT:-$(free_port)}
URL=http://127.0.0.1:$PORT

status_of() { curl -s -o /dev/null --max-time 20 -w '%{http_code}' "$URL$1"; }
is_ready() { [ "$(status_of /readyz)" = 200 ]; }
is_away() { [ "$(status_of /readyz)" = 503 ]; }

start() {
	"$BUILD/gauthd" --state "$STATE" --port "$PORT" >>"$LOG" 2>&1 &
	daemon=$!
	local i
	for i in $(seq 600); do
		is_ready && return 0
		kill -0 "$daemon" 2>/dev/null || fail "gauthd ended while it started"
		sleep 0.1
	done
	fail "gauthd was not ready after a minute"
}
stop() {
	[ -n "$daemon" ] || return 0
	kill "$daemon" 2>/dev/null
	wait "$daemon"
	local status=$?
	daemon=
	return $status
}
trap 'stop' EXIT
trap 'exit 143' TERM INT

# The process of a child, by what the parent's log says last.
child() { sed -n "s/.*child_started child=$1 pid=\([0-9]*\).*/\1/p" "$LOG" | tail -n 1; }

# A group NAME with founders, each with a home and a certificate, administered by the key that init made.
found() { # name, template, founders...
	local name=$1 template=$2 who args=()
	shift 2
	for who in "$@"; do
		mkdir -p "$HOMES/$who"
		[ -f "$HOMES/$who/key.pem" ] || ok gmc "$who" keygen --name "$who"
		args+=(--founder "$HOMES/$who/$who.csr")
	done
	ok ctl group create "$name" --template "$template" --term 1h --url "$URL" "${args[@]}"
	LINK=$URL/g/$name#$(api "$name" | jq -r .genesis)
	for who in "$@"; do
		ok gmc "$who" join "$LINK" --wait 30
	done
}

# Somebody applies; $NUMBER is the proposal.
apply() { # group, who
	mkdir -p "$HOMES/$2"
	ok gmc "$2" join "$LINK" --name "$2" --no-wait
	soon proposal_of "$1" "$2" || fail "no proposal for $2"
	NUMBER=$(proposal_of "$1" "$2")
}
proposal_of() { api "$1/proposals" | jq -er --arg n "$2" '.proposals[] | select(.name == $n) | .number'; }
