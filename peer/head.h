/* SPDX-License-Identifier: ISC
 * Signed heads of the group log, and the seeds that are committed to in it. */
#ifndef PEER_HEAD_H
#define PEER_HEAD_H

#include "charter/object.h"

struct head {
	struct digest digest, genesis;
	uint64_t size;
	struct digest root;
	int64_t time;
};
/* Parsing reads the payload of an envelope; the notary's signature is the caller's to verify. Errors: object_open's and at_*'s.
 * Printing makes the payload document (the digest is not looked at); NULL when out of memory. */
bool head_parse(const struct jws *j, struct head *out, struct err *e);
json_t *head_print(const struct head *h);

enum { SEEDS_MAX = 256 };
/* Commitments (proposal_commitment) to the seeds with the numbers first .. first + n - 1. */
struct seeds {
	struct digest digest, genesis;
	uint64_t first;
	size_t n;
	int64_t iat;
	struct digest commitments[SEEDS_MAX];
};
bool seeds_parse(const struct jws *j, struct seeds *out, struct err *e);
json_t *seeds_print(const struct seeds *s);

#endif
