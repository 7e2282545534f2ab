/* SPDX-License-Identifier: ISC
 * A rule as naive_decide reads it. Not for others: they call that. */
#ifndef TESTS_CHARTER_NAIVE_RULE_H
#define TESTS_CHARTER_NAIVE_RULE_H

#include <jansson.h>

#include "base/bytes.h"

enum naive_kind {
	NAIVE_SOME_OF, /* all, any and at_least: k of the parts */
	NAIVE_LIST,
	NAIVE_AUTHORITY,
	NAIVE_VOTES,
	NAIVE_VOUCHES,
	NAIVE_CAPTCHA,
	NAIVE_WORK,
	NAIVE_EXTERNAL,
	NAIVE_INVITATION
};
struct naive_rule {
	enum naive_kind kind;
	struct naive_rule *parts; /* owned */
	size_t parts_n;
	int64_t k;           /* of parts, operators, vouches */
	struct digest *keys; /* owned */
	size_t keys_n;
	struct {
		int64_t count, p, q, minimum, veto; /* count 0: the fraction */
		bool cast;
		struct id16 *of; /* owned */
		size_t of_n;     /* 0: not named */
		size_t nearest, opposite;
	} votes;
	int64_t age, budget, expiry;
	bool reason;
	bool kinds[3]; /* graphic, logic, audio */
	int64_t effort;
	const char *provider; /* borrowed from the document */
};

void naive_read(const json_t *json, struct naive_rule *out);
void naive_free(struct naive_rule *r);
/* Does a leaf of this kind stand anywhere in it? */
bool naive_has(const struct naive_rule *r, enum naive_kind kind);

#endif
