#!/bin/bash
# SPDX-License-Identifier: ISC
# The floors: a folder includes only itself and folders below it, and each library is named on its own floor only (docs/DESIGN.md).
set -u
cd "$(dirname "$0")/.." || exit 1

files=$(find base charter voting peer authority web -name node_modules -prune -o \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sort)
[ -n "$files" ] || { echo "no source yet"; exit 77; }

awk '
	function say(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
	BEGIN {
		split("base charter voting peer authority web", name, " ")
		for (i in name)
			floor[name[i]] = i + 0
		# lowest and highest floor on which a header may be named
		low["microhttpd.h"] = 6; high["microhttpd.h"] = 6
		low["libpq-fe.h"] = 5;   high["libpq-fe.h"] = 5
		split("png.h cairo/cairo.h ft2build.h flite/flite.h", draws, " ")
		for (i in draws) {
			low[draws[i]] = 5
			high[draws[i]] = 5
		}
		low["seccomp.h"] = 5;    high["seccomp.h"] = 6
		low["curl/curl.h"] = 4;  high["curl/curl.h"] = 6
		low["qrencode.h"] = 4;   high["qrencode.h"] = 6
		low["ini.h"] = 1;        high["ini.h"] = 1
		# OpenSSL above the plain EVP
		split("x509 x509v3 x509_vfy pem asn1 asn1t cms ocsp pkcs7 pkcs12 ssl ts", ssl, " ")
		for (i in ssl) {
			low["openssl/" ssl[i] ".h"] = 4
			high["openssl/" ssl[i] ".h"] = 6
		}
		# what a pure floor has no business with
		split("time.h sys/time.h unistd.h fcntl.h dirent.h pthread.h signal.h sys/socket.h sys/stat.h sys/un.h netdb.h poll.h", io, " ")
		for (i in io)
			impure[io[i]] = 1
		split("base/log.h base/conf.h", io, " ")
		for (i in io)
			impure[io[i]] = 1
	}
	FNR == 1 { split(FILENAME, part, "/"); here = floor[part[1]] }
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, q, "\"")
		split(q[2], to, "/")
		if (q[2] ~ /\.inc$/) {
			if (here < 5)
				say(q[2] ": embedded files belong to authority/ and web/")
			next
		}
		if (q[2] !~ /\// || !(to[1] in floor))
			say("\"" q[2] "\" is not named from the root as floor/file.h")
		else if (floor[to[1]] > here)
			say("\"" q[2] "\" lies on a higher floor")
		if ((q[2] in impure) && (here == 2 || here == 3))
			say("\"" q[2] "\" on a pure floor")
	}
	/^[ \t]*#[ \t]*include[ \t]*</ {
		split($0, q, /[<>]/)
		if ((q[2] in low) && (here < low[q[2]] || here > high[q[2]]))
			say("<" q[2] "> may not be named on this floor")
		if ((q[2] in impure) && (here == 2 || here == 3))
			say("<" q[2] "> on a pure floor")
	}
	END { exit bad }
' $files
