#!/bin/bash
# SPDX-License-Identifier: ISC
# Each file of the lower floors has tests of its own: FLOOR/NAME.c has tests/FLOOR/test_NAME.c.
set -u
cd "$(dirname "$0")/.." || exit 1

# What stands here, and why it has none:
#   peer/gmc.c    the main of a program; the scripts of tests/e2e run it
#   peer/cmd_*.c  commands, tried by what they print: tests/peer/test_cmd_*.c against an authority in memory, several in one file
excepted() {
	case $1 in
	peer/gmc.c | peer/cmd_*.c) return 0 ;;
	esac
	return 1
}

bad=0
for f in base/*.c charter/*.c voting/*.c peer/*.c; do
	excepted "$f" && continue
	t=tests/${f%/*}/test_${f##*/}
	[ -f "$t" ] && continue
	echo "$f: there is no $t"
	bad=1
done
exit $bad
