#!/bin/bash
# SPDX-License-Identifier: ISC
# Files of at most 450 lines, functions of at most 80, lines of at most 140 characters, a licence line first, nothing left for later.
set -u
cd "$(dirname "$0")/.." || exit 1

files=$(find base charter voting peer authority web tests -name node_modules -prune -o \( -name '*.c' -o -name '*.h' \) -print 2>/dev/null | sort)
[ -n "$files" ] || { echo "no source yet"; exit 77; }

# A function begins with a brace alone in the first column and ends with one.
LC_ALL=C awk '
	function say(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }
	FNR == 1 { first = 0; if ($0 !~ /^\/\* SPDX-License-Identifier: ISC( \*\/)?$/) say("the first line is not the licence line") }
	FNR == 451 { say("file has more than 450 lines") }
	{ text = $0; gsub(/[\200-\277]/, "", text) } # of UTF-8, what follows the first byte of a character
	length(text) > 140 { say("line has " length(text) " characters, more than 140") }
	/[ \t]$/ { say("white space at the end of the line") }
	/(^|[^A-Za-z_])(TODO|FIXME|XXX)([^A-Za-z_]|$)/ { say("something is left for later") }
	/^\{/ { first = FNR }
	/^\}/ { if (first && FNR - first + 1 > 80) say("function has " FNR - first + 1 " lines, more than 80"); first = 0 }
	END { exit bad }
' $files
