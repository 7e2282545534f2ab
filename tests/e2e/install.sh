#!/bin/bash
# SPDX-License-Identifier: ISC
# make install: what is installed is whole, its programs run from there, and a peer's program is built against it and judges certificates.
# timeout: 240
set -u
cd "$(dirname "$0")/../.." || exit 1
REAL=1
. tests/e2e/lib.sh

# The same words for the build directory as the build before used, or all would be compiled again.
case $BUILD in
"$PWD"/*) named=${BUILD#"$PWD"/} ;;
*) named=$BUILD ;;
esac
MAKEFLAGS=$(printf '%s' "${MAKEFLAGS:-}" | sed -E 's/ ?--jobserver[^ ]*//g; s/(^| )-?j[0-9]*( |$)/ /g')
export MAKEFLAGS

ROOT=$TOP/root
ok make install BUILD="$named" DESTDIR="$ROOT" PREFIX=/usr
BUILD=$ROOT/usr/sbin # gauthd finds its parts beside itself
gmc() { GMC_HOME=$HOMES/$1 "$ROOT/usr/bin/gmc" "${@:2}"; }

for f in bin/gmc sbin/gauthd sbin/gauth-signer sbin/gauthctl lib/libgmc.a lib/libgmc.so lib/libgmc.so.0 include/gmc.h lib/pkgconfig/libgmc.pc; do
	[ -s "$ROOT/usr/$f" ] || fail "$f is not installed"
done
[ "$(readelf -d "$ROOT/usr/lib/libgmc.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')" = libgmc.so.0 ] || fail "the library's soname"
for f in docs/man/*.[1-8]; do
	cmp -s "$f" "$ROOT/usr/share/man/man${f##*.}/${f##*/}" || fail "${f##*/} is not installed"
done
! grep -rqI -e "$ROOT" -e "$PWD" "$ROOT/usr/lib/pkgconfig" "$ROOT/usr/include" || fail "what is installed names where it was built"
strange=$(find "$ROOT" -type f ! -path '*bin/*' ! -name 'libgmc.so*' -perm /111)
[ -z "$strange" ] || fail "no program, and yet executable: $strange"

# Settings: what init writes is every key there is, as the program has it.
ok ctl init
ok "$BUILD/gauthd" --check-config --state "$STATE"
cmp -s "$TOP/out" "$STATE/gauthd.conf" || fail "init writes other settings than the program has"
[ "$(grep -c '^[a-z_]* =' "$STATE/gauthd.conf")" = "$(grep -cE '^	(TEXT|NUMBER|\{ ")' authority/settings.c)" ] || fail "init does not write every key"

start
found demo vote ana
D=$HOMES/ana
openssl x509 -in "$D/gmc.pem" -outform DER -out "$TOP/gmc.der" || fail "no certificate"
openssl req -x509 -newkey ed25519 -nodes -days 7 -subj /CN=mallory -keyout "$TOP/mallory.pem" -outform DER -out "$TOP/mallory.der" 2>/dev/null || fail "openssl"
# The last byte belongs to the signature.
{ head -c -1 "$TOP/gmc.der" && tail -c 1 "$TOP/gmc.der" | tr '\000-\377' '\001-\377\000'; } >"$TOP/forged.der"
stop || fail "gauthd did not end well"

# The example, by the line that stands in it, with the shared library and with the static one.
pc() { PKG_CONFIG_SYSROOT_DIR=$ROOT PKG_CONFIG_PATH=$ROOT/usr/lib/pkgconfig PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config "$@"; }
[ "$(pc --modversion libgmc)" = "$("$ROOT/usr/bin/gmc" --version | cut -d' ' -f2)" ] || fail "version: $(pc --modversion libgmc)"
grep -qF 'cc -std=c17 -o verify verify.c $(pkg-config --cflags --libs libgmc)' docs/examples/verify.c || fail "the example has another line"
# shellcheck disable=SC2046
ok "${CC:-cc}" -std=c17 -Wall -Wextra -Werror -o "$TOP/verify" docs/examples/verify.c $(pc --cflags --libs libgmc)
ok "${CC:-cc}" -std=c17 -Wall -Wextra -Werror -o "$TOP/verify-static" docs/examples/verify.c "$ROOT/usr/lib/libgmc.a" $(pkg-config --libs libsodium libcrypto jansson) -I"$ROOT/usr/include"
readelf -d "$TOP/verify" | grep -q 'libgmc\.so\.0' || fail "the example does not use the shared library"
! readelf -d "$TOP/verify-static" | grep -q libgmc || fail "the static example uses the shared library"

judges() { # program, status, words, certificate
	LD_LIBRARY_PATH=$ROOT/usr/lib "$1" "$D/trust.json" <"$4" >"$TOP/out" 2>&1
	local got=$?
	[ $got = "$2" ] || fail "$(basename "$1") $4: status $got, not $2"
	said "$3"
}
for p in "$TOP/verify" "$TOP/verify-static"; do
	judges "$p" 0 "member: " "$TOP/gmc.der"
	judges "$p" 10 "not a member: " "$TOP/mallory.der"
	judges "$p" 14 "forged: " "$TOP/forged.der"
	judges "$p" 14 "forged: " /dev/null
done
LD_LIBRARY_PATH=$ROOT/usr/lib "$TOP/verify" "$D/config.json" <"$TOP/gmc.der" >"$TOP/out" 2>&1
[ $? = 2 ] || fail "it believes something else than a trust file"
said "no answer: "
echo "installed, linked and asked"
