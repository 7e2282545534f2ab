# SPDX-License-Identifier: ISC
# Threshold groups: founding one, and the agents of its members. Sourced behind lib.sh.

AGENTS=()

# A group whose founders are to make the key together.
found_threshold() { # name, signers, founders...
	local name=$1 signers=$2 who args=()
	shift 2
	for who in "$@"; do
		mkdir -p "$HOMES/$who"
		[ -f "$HOMES/$who/key.pem" ] || ok gmc "$who" keygen --name "$who"
		args+=(--founder "$HOMES/$who/$who.csr")
	done
	ok ctl group create "$name" --signers "$signers" --term 1h --url "$URL" "${args[@]}"
	GROUP=$name
	LINK=$URL/g/$name#$(api "$name" | jq -r .genesis)
	for who in "$@"; do
		ok gmc "$who" fetch "$LINK"
	done
}

# Agents of these members, which stay.
agents() { # who...
	local who
	for who in "$@"; do
		GMC_HOME=$HOMES/$who "$BUILD/gmc" agent --every 200ms >>"$TOP/agent.$who.log" 2>&1 &
		AGENTS+=($!)
	done
}
# They end.
quiet() {
	[ ${#AGENTS[@]} -gt 0 ] || return 0
	kill "${AGENTS[@]}" 2>/dev/null
	wait "${AGENTS[@]}" 2>/dev/null
	AGENTS=()
}
trap 'quiet; stop' EXIT

# How a ceremony ended.
outcome() { api "$GROUP/ceremonies/$1" | jq -r '.outcome // "runs"'; }
is_over() { [ "$(outcome "$1")" = "$2" ]; }
# Tries for so many seconds.
within() { # seconds, command...
	local i n=$(($1 * 5))
	shift
	for i in $(seq "$n"); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.2
	done
	return 1
}

# The next version of the charter, which names the key that a ceremony made; in force after a second.
name_key() { # ceremony
	local spki
	spki=$(gmc ana ceremony show "$1" --json | jq -r .transcript.key) || fail "no key of ceremony $1"
	gmc ana charter show | jq --arg k "$spki" '.authority.issuing += [{spki: $k, alg: "Ed25519", from: (now | floor - 300),
		until: (now | floor + 157680000), held_by: "members"}]' >"$TOP/next.json"
	ok gmc ana charter propose "$TOP/next.json" --effective 1s --key "$STATE/admin.pem" --because "the members made it" --yes
}
in_version() { [ "$(api "$GROUP" | jq -r .charter.version)" = "$1" ]; }
