#!/bin/bash
# SPDX-License-Identifier: ISC
# Leaves that nobody can answer with no: who is kept out by them waits until the term is over, a minute at least.
# timeout: 400
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_policies.sh

#   name         term   rule, with $ana, $bo, $cy (members) and $in, $out (keys of those who apply)
#                       what is done for who comes in | for who is kept out | how that ends
rows() {
	row vouches     60s '{vouches: {count: 2}}' 'ana:vouch bo:vouch' 'cy:vouch?' expired
	row captcha     60s '{captcha: {kinds: ["audio", "logic"]}}' 'met:captcha:"audio"' 'met:captcha:"graphic"?' expired
	row work        60s '{work: {effort: 1000}}' 'met:work:1000' 'met:work:999?' expired
	row external    60s '{external: {provider: "university"}}' 'met:external:"university"' 'met:external:"school"?' expired
	row mixed       60s '{all: [{work: {effort: 9}}, {vouches: {count: 1}}, {votes: {count: 1}}]}' 'met:work:9 ana:vouch bo:yes' 'met:work:9? bo:yes?' expired
}

AT_ONCE=8 all_rows
