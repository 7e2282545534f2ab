#!/bin/sh
# SPDX-License-Identifier: ISC
# Every error that a request can meet has a row in the table of problems: a name without one would become "internal".
# Looked at are the names that the files behind the API set; what only programs for people say (peer/cmd_*, gauthctl, supervision) is left out,
# and the arithmetic of shared keys, which no request reaches.
set -eu
cd "$(dirname "$0")/.."

behind() {
	ls base/*.c charter/*.c voting/*.c peer/*.c authority/*.c web/*.c |
		grep -Ev '^base/(conf|log)\.c$' |
		grep -Ev '^charter/(lint|story)' |
		grep -Ev '^voting/(curve|shares|round|frost|dkg|repair|multisig|sealed|dealer)\.c$' |
		grep -Ev '^peer/(cmd_|crew|gmc|home|client|link|options|term|qr|keyfile|file|trust|record_|record\.|replay|libgmc|verify|crl|pem|ledger|part|vault)' |
		grep -Ev '^authority/(ctl_|gauth|cluster|command|embedded|place|process|pgbin|supervisor|users|state_dir|settings|template|migrate)' |
		grep -Ev '^authority/(work\.|custody|journal|keyring|sandbox|signing|sync|publish|lists|frame)' |
		grep -Ev '^web/(service|parent|gauthd|holder|exposition|door|server)\.c$'
}

# A name stands as the second argument of err_set and at_refuse, or is passed to a function of the file that hands it on.
names() {
	grep -hoE '(err_set|at_refuse)\([^"]*"[a-z][a-z0-9_]*"' $(behind) | sed 's/.*"\(.*\)"/\1/'
	grep -hoE '\brefuse(d)?\([^"]*"[a-z]+_[a-z0-9_]*"' $(behind) | sed 's/.*"\(.*\)"/\1/'
	grep -hoE '\berr_is\([^"]*"[a-z][a-z0-9_]*"' web/api_*.c 2>/dev/null | sed 's/.*"\(.*\)"/\1/' || true
}

rc=0
for name in $(names | sort -u); do
	# Never leaves a transaction; the process does not start without it; "internal" on purpose: their texts are not for clients.
	case $name in database_retry | crypto_unavailable | thread_unavailable | database_error | database_conflict | config_bad_value) continue ;; esac
	grep -q "^	{ \"$name\"," web/problem.c && continue
	echo "no row in web/problem.c for $name, which is set in: $(grep -l "\"$name\"" $(behind) | tr '\n' ' ')" >&2
	rc=1
done
exit $rc
