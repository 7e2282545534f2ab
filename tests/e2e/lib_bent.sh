# SPDX-License-Identifier: ISC
# Records with one part altered: an audit by somebody who has nothing but the record and $TOP/trust.json names what does not hold. Sourced after lib.sh.

# From a trust file and a record, by somebody who has nothing else.
offline() { # status, record
	mkdir -p "$TOP/nobody"
	ends "$1" env -i GMC_HOME="$TOP/nobody" http_proxy=http://127.0.0.1:9 "$BUILD/gmc" audit --json --trust "$TOP/trust.json" "$2"
}

# A record with one part bent, where it has that part: said to be forged, by the name of what does not hold.
bent() { # record, part, how, name
	jq -e "$2" "$1" >/dev/null 2>&1 || return 0
	jq -c "$3" "$1" >"$TOP/bent.json" || fail "jq $3"
	offline 14 "$TOP/bent.json"
	BENT=$((BENT + 1))
	[[ "$(jq -r .name "$TOP/out" 2>/dev/null)" =~ ^($4)$ ]] || fail "$3: not $4"
}
OTHER='(if .[30:31] == "A" then "B" else "A" end)'
FLIP=".[:30] + $OTHER + .[31:]"
all_bent() { # record
	local BENT=0
	bent "$1" .application ".application.signature |= $FLIP" bad_signature
	bent "$1" .motion.signature ".motion.signature |= $FLIP" bad_signature
	bent "$1" '.motion.signatures[0]' ".motion.signatures[0].signature |= $FLIP" bad_signature
	bent "$1" .renewal ".renewal.signature |= $FLIP" bad_signature
	bent "$1" .recovery ".recovery.signature |= $FLIP" bad_signature
	bent "$1" '.holder.elector.path[0]' "del(.holder.elector.path[0])" not_in_electorate
	bent "$1" '.charters[1]' ".charters[1].approvals[0].signature |= $FLIP" bad_signature
	bent "$1" '.charters[1]' 'del(.charters[1])' 'bad_proof|unknown_charter|charter_gap'
	bent "$1" .proposal ".proposal.signature |= $FLIP" bad_signature
	bent "$1" .decision ".decision.signature |= $FLIP" bad_signature
	bent "$1" .head ".head.signature |= $FLIP" bad_signature
	bent "$1" '.votes[0]' ".votes[0].vote.signature |= $FLIP" bad_signature
	bent "$1" '.votes[0]' 'del(.votes[0])' votes_differ
	bent "$1" '.votes[0]' '.votes += [.votes[0]]' not_sorted
	bent "$1" '.evidence[0]' ".evidence[0].object.signature |= $FLIP" bad_signature
	bent "$1" '.evidence[0]' 'del(.evidence[0])' 'evidence_missing|evidence_differs|evidence_unasked'
	bent "$1" '.nodes[0]' 'del(.nodes[0])' bad_proof
	bent "$1" .gmc ".gmc |= $FLIP" gmc_differs
	bent "$1" '.entries[0]' 'del(.entries[0])' 'bad_proof|out_of_range'
	[ $BENT -ge 6 ] || fail "$1 has hardly a part to bend: $BENT"
}
bent_under() { # trust file, record
	cp "$1" "$TOP/trust.json" || fail "no trust file $1"
	all_bent "$2"
}
