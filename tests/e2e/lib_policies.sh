# SPDX-License-Identifier: ISC
# What policies.sh and leaves.sh share: a row is a group under a rule of its own, one who comes in by it and one who is kept out by it.
# Every decision is decided again from its record and a trust file alone; who came in has a certificate, which the signer gave; what is altered is
# named. Sourced after lib.sh.
. tests/e2e/lib_bent.sh
AT_ONCE=${AT_ONCE:-4} # rows

# ---- what is done

base() { readlink -e "$STATE/system" || readlink -e "$STATE"; }
b64u() { openssl base64 -A | tr '+/' '-_' | tr -d =; }
unb64u() { jq -rR 'gsub("-"; "+") | gsub("_"; "/") | @base64d'; }

# Work worth an effort of 8192: the key of counter 1 under this nonce and salt (tests/charter/test_work.c has it from others).
LABOUR='{"nonce": "AAECAwQFBgcICQoLDA0ODw", "salt": "EBESExQVFhcYGRobHB0eHw", "counter": 1, "key": "WlBRoBQ1KrVnD43YDl2NZAw661GiLQGpXcSbLaejKgM"}'

# A challenge that was met, as a notary says it: {"payload","protected","signature"}.
met() { # what, of it
	local now kid key=$TOP/notary.jwk says head proof='{}'
	[ "$1" = work ] && proof="{\"proof\": $LABOUR}"
	now=$(date +%s)
	kid=$(jq -j '"{\"crv\":\"\(.crv)\",\"kty\":\"\(.kty)\",\"x\":\"\(.x)\"}"' "$key" | openssl sha256 -binary | b64u)
	says=$(api "$GROUP/proposals/$NUMBER" | jq -c --arg what "$1" --argjson of "$2" --argjson now "$now" --argjson proof "$proof" '.proposal.payload | gsub("-"; "+") | gsub("_"; "/") |
		@base64d | fromjson | {kind: "gmc-challenge", format: 1, genesis, charter, subject, key, met: ({($what): $of} + $proof), iat: $now, until: ($now + 600)}' | tr -d '\n' | b64u)
	head=$(printf '{"alg":"EdDSA","typ":"gmc-challenge+jws","kid":"%s"}' "$kid" | b64u)
	printf '%s.%s' "$head" "$says" >"$TOP/signed"
	jq -n --arg payload "$says" --arg protected "$head" \
		--arg signature "$(openssl pkeyutl -sign -rawin -inkey "$(base)/gauthd/notary.pem" -in "$TOP/signed" | b64u)" '$ARGS.named' >"$TOP/met.json"
}

# One act about proposal $NUMBER. With ? it may be refused: who is nobody's neighbour has no vote, and who comes late finds it closed.
act() { # who:what...
	local who what of may=
	IFS=: read -r who what of <<<"${1%\?}"
	[ "$1" = "${1%\?}" ] || may=1
	case $who:$what in
	met:*) met "$what" "$of" && set -- gmc ana submit "$TOP/met.json" ;;
	clerk:*) set -- gmc clerk word "$NUMBER" "$what" ;;
	*:vouch) set -- gmc "$who" vouch "$NUMBER" ;;
	*) set -- gmc "$who" vote "$NUMBER" "$what" ;;
	esac
	if [ -n "$may" ]; then "$@" >"$TOP/out" 2>&1; else ok "$@"; fi
}

# As apply does; the group may have decided at once.
number_of() { api "$GROUP/proposals?state=all" | jq -er --arg n "$1" '.proposals[] | select(.name == $n) | .number'; }
ask() { # who
	gmc "$1" join "$LINK" --name "$1" --no-wait >"$TOP/out" 2>&1 || [ $? = 10 ] || fail "$1 could not apply: $(cat "$TOP/out")"
	soon number_of "$1" || fail "no proposal for $1"
	NUMBER=$(number_of "$1")
}

outcome_of() { api "$GROUP/proposals/$1" | jq -r '.outcome // "none"'; }
decided() { [ "$(outcome_of "$1")" != none ]; }

# Tries for two minutes: what nobody refuses is open for at least one.
late() {
	local i
	for i in $(seq 12); do
		soon "$@" && return 0
	done
	return 1
}

# ---- a row

run_row() { # name, term, rule, acts of who comes in, acts of who is kept out, how that ends
	local GROUP=$1 in out who ways
	TOP=$TOP/$GROUP
	HOMES=$TOP/homes
	mkdir -p "$HOMES"
	for who in ana bo cy in out clerk; do
		mkdir "$HOMES/$who" && ok gmc "$who" keygen --name "$who"
		sed -nE 's/^key .* ([A-Za-z0-9_-]{43}): .*/\1/p' "$TOP/out" | tr -d '\n' >"$HOMES/$who/thumb"
	done
	ok ctl group create "$GROUP" --template vote --term "$2" --url "$URL" --founder "$HOMES/ana/ana.csr" --founder "$HOMES/bo/bo.csr" --founder "$HOMES/cy/cy.csr" \
		--operator "$HOMES/clerk/clerk.csr"
	LINK=$URL/g/$GROUP#$(api "$GROUP" | jq -r .genesis)
	for who in ana bo cy; do ok gmc "$who" join "$LINK" --wait 30; done

	# The rule of the row, as charter 2.
	gmc ana charter show --json | jq -r .charter | unb64u >"$TOP/first.json"
	jq '.authority.notaries[0].key' "$TOP/first.json" >"$TOP/notary.jwk"
	ways=$(jq '[.founders[] | {(.name): .member}] | add' "$TOP/first.json")
	jq --argjson of "$ways" --rawfile in "$HOMES/in/thumb" --rawfile out "$HOMES/out/thumb" "\$of.ana as \$ana | \$of.bo as \$bo | \$of.cy as \$cy | .tests = [] | .admission = $3" "$TOP/first.json" >"$TOP/next.json" || fail "jq $3"
	ok gmc ana charter propose "$TOP/next.json" --effective 2s --key "$(base)/admin.pem" --yes --because "to try it"
	amended() { [ "$(api "$GROUP" | jq .charter.version)" = 2 ]; }
	soon amended || fail "charter 2 is not in force: $(api "$GROUP")"
	for who in ana bo cy; do ok gmc "$who" fetch; done
	ok gmc clerk fetch "$LINK"

	ask out
	out=$NUMBER
	ask in
	in=$NUMBER
	for who in $4; do act "$who"; done
	NUMBER=$out
	for who in $5; do act "$who"; done

	soon decided "$in" || soon decided "$in" || fail "$in is not decided: $(api "$GROUP/proposals/$in" | jq -c .asks)"
	[ "$(outcome_of "$in")" = yes ] || fail "who should come in: $(outcome_of "$in")"
	ok gmc in join "$LINK" --wait 30
	late decided "$out" || fail "$out is not decided: $(api "$GROUP/proposals/$out" | jq -c .asks)"
	[ "$(outcome_of "$out")" = "$6" ] || fail "who should be kept out: $(outcome_of "$out"), not $6"
	[ ! -e "$HOMES/out/gmc.pem" ] || fail "who is kept out has a certificate"

	ok gmc ana fetch
	ok gmc ana audit --log
	cp "$HOMES/ana/trust.json" "$TOP/trust.json"
	api "$GROUP/proposals/$in/record" >"$TOP/in.json"
	api "$GROUP/proposals/$out/record" >"$TOP/kept.json"
	offline 0 "$TOP/in.json"
	[ "$(jq -r '.outcome, .serial != null' "$TOP/out" | xargs)" = "yes true" ] || fail "audit of who came in"
	offline 10 "$TOP/kept.json"
	[ "$(jq -r .outcome "$TOP/out")" = "$6" ] || fail "audit of who was kept out"
	ok gmc in verify --trust "$TOP/trust.json" "$HOMES/in/gmc.pem"
	all_bent "$TOP/in.json"
	all_bent "$TOP/kept.json"
	echo "$GROUP: one came in, one was kept out ($6)"
}

pids=()
row() { # as run_row; $ONLY runs one
	[ "${ONLY:-$1}" = "$1" ] || return
	while [ "$(jobs -rp | wc -l)" -gt "$AT_ONCE" ]; do wait -n; done
	(run_row "$@") &
	pids+=($!)
}

all_rows() {
	local pid wrong=0
	ok ctl init
	# what charters ask for here others set, by the notary's word
	sed -i 's/^kinds = .*/kinds =/' "$STATE/gauthd.conf"
	start
	rows
	for pid in "${pids[@]}"; do wait "$pid" || wrong=1; done
	rm -f "$TOP/out"
	[ $wrong = 0 ] || fail "not all rows hold"
	echo "${#pids[@]} rules, each let one in and kept one out"
}
