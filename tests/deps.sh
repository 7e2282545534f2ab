#!/bin/bash
# SPDX-License-Identifier: ISC
# Installs what is missing for one purpose, and nothing else: tests/deps.sh build|run|test|lint|bench|redteam|fuzz
# An entry is a Debian package, or command:package where it is enough that somebody brought the command.
set -u
cd "$(dirname "$0")/.." || exit 1

build="gcc:gcc ld:binutils libc6-dev libssl-dev libsodium-dev libmicrohttpd-dev libpq-dev libjansson-dev libcurl4-openssl-dev
	libinih-dev libqrencode-dev libseccomp-dev libcairo2-dev libfreetype-dev libpng-dev flite1-dev node:nodejs npm:npm"
run="openssl:openssl curl:curl useradd:passwd postgresql fonts-dejavu-core fonts-liberation"
lint="clang-format-14:clang-format-14 cppcheck:cppcheck mandoc:mandoc"
tests="pkg-config:pkg-config libcmocka-dev valgrind:valgrind certtool:gnutls-bin jq:jq tesseract:tesseract-ocr chromium:chromium"
bench="cfssl:golang-cfssl pgbench:postgresql-contrib libcmocka-dev valgrind:valgrind"
redteam="tesseract:tesseract-ocr python3-torch pocketsphinx_batch:pocketsphinx pocketsphinx-en-us"
fuzz="clang-14:clang-14 libclang-rt-14-dev"

case "${1:-build}" in
build) want="$build" ;;
run) want="$build $run" ;;
lint) want="$build $lint" ;;
test) want="$build $run $tests $lint" ;;
bench) want="$build $run $bench" ;;
redteam) want="$build $run $redteam" ;;
fuzz) want="$build $fuzz" ;;
*)
	echo "usage: tests/deps.sh build|run|test|lint|bench|redteam|fuzz" >&2
	exit 2
	;;
esac

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Names in $missing what $want asks for and the system has not.
find_missing() {
	missing=
	for entry in $want; do
		case "$entry" in
		*:*) command -v "${entry%%:*}" >/dev/null || installed "${entry#*:}" || missing="$missing ${entry#*:}" ;;
		*) installed "$entry" || missing="$missing $entry" ;;
		esac
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	else
		echo "deps: not root, and there is no sudo: as root, run: $*" >&2
		return 1
	fi
}

apt_install() {
	export DEBIAN_FRONTEND=noninteractive
	echo "Packages that are missing here and will be installed:$missing"
	if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
		as_root apt-get update -q || return 1
		as_root apt-get install -y -q --no-install-recommends $missing
		return
	fi
	as_root apt-get install -y -q --no-install-recommends $missing && return
	echo "deps: trying once more with fresh package lists"
	as_root apt-get update -q && as_root apt-get install -y -q --no-install-recommends $missing
}

# Node's packages of a folder, exactly as its lock file has them.
npm_install() { # folder
	stamp=$1/node_modules/.installed
	digest=$(sha256sum <"$1/package-lock.json")
	[ "$(cat "$stamp" 2>/dev/null)" = "$digest" ] && return 0
	echo "Packages of $1/package-lock.json will be installed to $1/node_modules"
	(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && echo "$digest" >"$stamp" && return 0
	echo "deps: npm could not install $1/package-lock.json" >&2
	return 1
}

export PATH="$PATH:/usr/sbin:/sbin"
if ! command -v dpkg-query >/dev/null; then
	echo "deps: this is not Debian: nothing is installed; the names there are:" $(echo "$want" | sed 's/[a-z0-9-]*://g')
	exit 0
fi
find_missing
if [ -n "$missing" ]; then
	apt_install || { echo "deps: could not install:$missing" >&2; exit 1; }
fi
npm_install web || exit 1
case "${1:-build}" in
test) npm_install tests || exit 1 ;;
esac
