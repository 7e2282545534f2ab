# SPDX-License-Identifier: ISC
# Who solves puzzles where nobody looks at the screen: reads what a person would read out of the authority's own store. Sourced; $STATE and
# $BUILD are the caller's.

state_base() { readlink -e "$STATE/system" || readlink -e "$STATE"; }
# From /, since whom PostgreSQL runs as may not enter the folder that this runs in; where the state is may be said from here.
as_owner() {
	local socket as=
	socket=$(readlink -f "$(state_base)/run")/pg
	[ "$(id -u)" != 0 ] || as="runuser -u postgres --"
	(cd / && $as psql -qAt -h "$socket" -d charterhouse "$@")
}

# Number and value of the secret that puzzles follow from now.
puzzle_secret() { as_owner -c "SELECT number || ' ' || encode(secret, 'hex') FROM puzzle_secrets ORDER BY number DESC LIMIT 1"; }

# The answer of the ticket that a home of gmc holds.
answer_of() { # home, kind
	local secret terms
	secret=$(puzzle_secret) || return 1
	terms=$(tr -d '\n' <"$1/ticket.json" | tr '{' '\n' | sed -n "/\"kind\": *\"$2\"/s/.*\"terms\": *\"\([^\"]*\)\".*/\1/p")
	"$BUILD/tests/demo/solver" "${secret% *}" "${secret#* }" "$terms"
}
