# SPDX-License-Identifier: ISC
# Two gauthd on one database, each with a notary key of its own. Sourced after lib.sh.

bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
# From /, since whom PostgreSQL runs as may not enter the folder that this runs in.
pg() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
sql() { pg psql -qAt -h "$TOP/pg" -U owner -d authority -c "$1"; }
sql_stop() { pg "$bin/pg_ctl" -D "$TOP/pg/data" -m immediate -w stop >/dev/null 2>&1; }
second=
stop_second() {
	[ -z "$second" ] || { kill "$second" 2>/dev/null && wait "$second"; }
	second=
}
trap 'stop_second; stop; sql_stop' EXIT

start_database() {
	mkdir -p "$TOP/pg" "$STATE" || exit 1
	[ "$(id -u)" != 0 ] || chown postgres "$TOP/pg"
	ok pg "$bin/initdb" -D "$TOP/pg/data" -A trust -U owner -N
	ok pg "$bin/pg_ctl" -D "$TOP/pg/data" -w -l "$TOP/pg/log" -o "-k $TOP/pg -h '' -F" start
	ok pg "$bin/createdb" -h "$TOP/pg" -U owner authority
	printf '[database]\nurl = postgresql://owner@/authority?host=%s\n' "$TOP/pg" >"$STATE/gauthd.conf"
	chmod 600 "$STATE/gauthd.conf"
}

PORT2=$(free_port)
URL2=http://127.0.0.1:$PORT2
second_ready() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$URL2/readyz")" = 200 ]; }
# Another machine's: its own notary key, the same database and signer.
start_second() {
	local socket
	socket=$(sed -nE 's/.*gauth-signer info started socket=([^ ]*).*/\1/p' "$LOG" | tail -n 1)
	if [ ! -d "$HOMES/notary" ]; then
		mkdir -p "$HOMES/notary" && ok gmc notary keygen --name notary
		sed -nE 's/^key .* ([A-Za-z0-9_-]{43}): .*/\1/p' "$TOP/out" >"$TOP/notary"
	fi
	cp "$STATE/gauthd.conf" "$TOP/second.conf" && chmod 600 "$TOP/second.conf"
	printf '[listen]\nport = %s\n' "$PORT2" >>"$TOP/second.conf"
	"$BUILD/gauthd" --child --config "$TOP/second.conf" --notary "$HOMES/notary/key.pem" --signer "$socket" >>"$TOP/second.log" 2>&1 &
	second=$!
	soon second_ready || { cat "$TOP/second.log"; fail "the second gauthd is not ready"; }
}
notary_key() { openssl pkey -in "$HOMES/notary/key.pem" -pubout -outform DER | tail -c 32 | openssl base64 -A | tr '+/' '-_' | tr -d =; }
