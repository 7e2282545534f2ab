#!/bin/bash
# SPDX-License-Identifier: ISC
# What the built things show and need: libgmc shows gmc_* and needs three libraries; gauth-signer links neither database nor HTTP;
# the pure floors call nothing that reads a clock, a file, a socket or the environment; no floor has a variable that changes.
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
bad=0
seen=0

say() {
	echo "$*"
	bad=1
}

needed() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

if [ -f "$BUILD/libgmc.so" ]; then
	seen=1
	strange=$(nm -D --defined-only "$BUILD/libgmc.so" | awk '$2 != "A" && $3 !~ /^gmc_/ { print $3 }')
	[ -z "$strange" ] || say "libgmc.so shows names beside gmc_*:" $strange
	nm -D --defined-only "$BUILD/libgmc.so" | grep -q ' T gmc_' || say "libgmc.so shows no function gmc_*"
	for lib in $(needed "$BUILD/libgmc.so"); do
		case "$lib" in
		libjansson.* | libsodium.* | libcrypto.* | libc.* | libm.* | libpthread.* | ld-linux*) ;;
		*) say "libgmc.so needs $lib" ;;
		esac
	done
	strange=$(nm -g --defined-only "$BUILD/libgmc.a" | awk 'NF == 3 && $3 !~ /^gmc_/ { print $3 }')
	[ -z "$strange" ] || say "libgmc.a shows names beside gmc_*:" $strange
else
	echo "libgmc is not built: not checked"
fi

if [ -f "$BUILD/gauth-signer" ]; then
	seen=1
	for lib in $(needed "$BUILD/gauth-signer"); do
		case "$lib" in
		libpq.* | libmicrohttpd.* | libcurl*) say "gauth-signer needs $lib" ;;
		esac
	done
else
	echo "gauth-signer is not built: not checked"
fi

impure='time|clock|clock_gettime|gettimeofday|localtime|gmtime|getenv|secure_getenv|open|open64|openat|fopen|fopen64|read|write|socket|connect'
impure="$impure|stat|printf|puts|putchar|fprintf|fputs|fwrite|stdout|stderr|syslog|rand|random|getrandom|randombytes_buf|bytes_random|RAND_bytes"
impure="$impure|time_now|log_event|log_error|conf_read|exit|abort|fork|system|pthread_create"
for floor in charter voting; do
	[ -s "$BUILD/lib$floor.a" ] || continue
	seen=1
	calls=$(nm -A -u "$BUILD/lib$floor.a" 2>/dev/null | sed 's/@.*//; s/ __\([a-z]*\)_chk$/ \1/' |
		sed -n -E "s/.*\.a:([^:]*):.* U ($impure)\$/\1 calls \2/p")
	[ -z "$calls" ] || say "$floor/ is pure, yet: $calls"
done

# .data and .bss hold what can change; tables of pointers lie in .data.rel.ro.
for floor in base charter voting peer authority web; do
	[ -s "$BUILD/lib$floor.a" ] || continue
	vars=$(objdump -t "$BUILD/lib$floor.a" 2>/dev/null | awk '/file format/ { f = $1 }
		/ O / { for (i = 1; i <= NF; i++) if ($i ~ /^\.(data|bss|tbss|tdata)(\.|$)/ && $i !~ /^\.data\.rel\.ro/) print f $NF }')
	[ -z "$vars" ] || say "$floor/ has variables that are global or static and not constant:" $vars
done

[ $seen = 1 ] || { echo "nothing is built yet"; exit 77; }
exit $bad
