#!/bin/bash
# SPDX-License-Identifier: ISC
# How often an attacker came through, held against what is allowed, with how sure that is.

# The greatest rate at which no more than k of n would still come in one of twenty runs (Clopper and Pearson, one-sided 95 %), in percent.
bound() { # k, n
	awk -v k="$1" -v n="$2" 'BEGIN {
		low = k / n
		high = 1
		for (step = 0; step < 60; step++) {
			p = (low + high) / 2
			term = n * log(1 - p)
			sum = exp(term)
			for (i = 1; i <= k; i++) {
				term += log((n - i + 1) / i * p / (1 - p))
				sum += exp(term)
			}
			if (sum > 0.05)
				low = p
			else
				high = p
		}
		printf "%.2f", 100 * high
	}'
}

# Tells it, and sets failed where it is more.
rate() { # what, k, n, of a hundred at most
	echo "$1: $2 of $3, $(awk "BEGIN { printf \"%.2f\", 100 * $2 / $3 }") % (at most $(bound "$2" "$3") % with 95 % confidence)"
	[ $((100 * $2)) -le $(($4 * $3)) ] || { echo "that is more than $4 %"; failed=1; }
}

# An attacker that cannot solve the control says nothing about the puzzle.
control() { # k, n, of a hundred at least
	echo "control: $1 of $2"
	[ $((100 * $1)) -ge $(($3 * $2)) ] || { echo "this attacker sees nothing: less than $3 %"; failed=1; }
}
