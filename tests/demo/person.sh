# SPDX-License-Identifier: ISC
# Who solves puzzles where nobody looks at the screen: reads what a person would read out of the authority's own store. Sourced; $STATE and
# $BUILD are the caller's.

state_base() { readlink -e "$STATE/system" || readlink -e "$STATE"; }
as_owner() { psql -qAt -h "$(readlink -f "$(state_base)/run")/pg" -d charterhouse "$@"; }
[ "$(id -u)" != 0 ] || as_owner() { (cd / && runuser -u postgres -- psql -qAt -h "$(readlink -f "$(state_base)/run")/pg" -d charterhouse "$@"); }

# Number and value of the secret that puzzles follow from now.
puzzle_secret() { as_owner -c "SELECT number || ' ' || encode(secret, 'hex') FROM puzzle_secrets ORDER BY number DESC LIMIT 1"; }

# The answer of the ticket that a home of gmc holds.
answer_of() { # home, kind
	local secret terms
	secret=$(puzzle_secret) || return 1
	terms=$(tr -d '\n' <"$1/ticket.json" | tr '{' '\n' | sed -n "/\"kind\": *\"$2\"/s/.*\"terms\": *\"\([^\"]*\)\".*/\1/p")
	"$BUILD/tests/demo/solver" "${secret% *}" "${secret#* }" "$terms"
}
