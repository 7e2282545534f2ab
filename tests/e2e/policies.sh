#!/bin/bash
# SPDX-License-Identifier: ISC
# Each type of policy over the wire: a list, an operator, counts, named voters, fractions, neighbours, and what is made of them.
# timeout: 400
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib.sh
. tests/e2e/lib_policies.sh

#   name         term   rule, with $ana, $bo, $cy (members) and $in, $out (keys of those who apply)
#                       what is done for who comes in | for who is kept out | how that ends
rows() {
	row acl          1h '{list: {keys: [$in]}}' '' '' no
	row gauth        1h '{authority: {k: 1}}' 'clerk:approve' 'clerk:refuse' no
	row static       1h '{votes: {count: 2}}' 'ana:yes bo:yes' 'ana:yes bo:no cy:no' no
	row subset       1h '{votes: {count: 2, of: ([$ana, $bo] | sort)}}' 'ana:yes bo:yes' 'ana:yes cy:yes? bo:no' no
	row fraction     1h '{votes: {fraction: "2/3"}}' 'ana:yes bo:yes' 'ana:no bo:yes cy:no' no
	row cast         1h '{votes: {fraction: "1/2", base: "cast", minimum: 2, veto: 1}}' 'ana:yes bo:yes cy:abstain' 'ana:yes bo:yes cy:no' no
	row all          1h '{all: [{authority: {k: 1}}, {votes: {count: 2}}]}' 'ana:yes bo:yes clerk:approve' 'ana:yes bo:yes clerk:refuse' no
	row any          1h '{any: [{list: {keys: [$in]}}, {votes: {count: 2}}]}' '' 'ana:no bo:no' no
	row some         1h '{at_least: {k: 2, of: [{authority: {k: 1}}, {votes: {count: 2}}, {list: {keys: [$out]}}]}}' \
		'clerk:approve ana:yes bo:yes' 'clerk:refuse ana:no bo:no' no
	row nested       1h '{all: [{any: [{list: {keys: [$in]}}, {authority: {k: 1}}]}, {votes: {count: 1, veto: 2}}]}' 'cy:yes ana:yes' 'clerk:approve ana:no bo:no' no
	row nearest      1h '{votes: {count: 2, nearest: 2}}' 'ana:yes? bo:yes? cy:yes?' 'ana:no? bo:no? cy:no?' no
	row opposite     1h '{votes: {count: 1, opposite: 1}}' 'ana:yes? bo:yes? cy:yes?' 'ana:no? bo:no? cy:no?' no
}

all_rows
