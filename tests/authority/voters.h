/* SPDX-License-Identifier: ISC
 * What the tests of votes share. */
#ifndef TESTS_AUTHORITY_VOTERS_H
#define TESTS_AUTHORITY_VOTERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "authority/objects.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"
#include "voting/receipt.h"

static inline int start(void **state)
{
	*state = realm_new(pg_start());
	return 0;
}

static inline int stop(void **state)
{
	struct realm *r = *state;
	struct pg *pg = r->pg;

	realm_free(r);
	pg_stop(pg);
	return 0;
}

/* A group with one open proposal, number 1, whose term is the charter's. */
struct asked {
	struct folk f;
	struct worker *w;
	struct sig_key *applicant;
	const struct id16 *member; /* of the founders */
};

static inline struct asked ask(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	struct asked q = { .f = folk_new(r, name, change), .w = r->w, .applicant = envelope_key(SIG_ED25519), .member = r->keys->member };

	assert_int_equal(folk_propose(&q.f, q.w, q.applicant), 1);
	return q;
}

static inline void done(struct asked *q)
{
	sig_key_free(q->applicant);
	folk_free(&q->f);
}

static inline void refused(struct asked *q, const struct vote *v, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(&q->f, "SELECT count(*) FROM votes WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_vote(&q->f, q->w, 1, v, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(&q->f, "SELECT count(*) FROM votes WHERE g = %d"), before);
}

static inline struct digest digest_of_vote(struct asked *q, const struct vote *v, const struct sig_key *k)
{
	struct said s = said_by(q->w, KIND_VOTE, vote_print(v), &k, 1);
	struct digest d;

	jws_digest(&s.j, KIND_VOTE, &d);
	said_free(&s);
	return d;
}

/* ---- one at a time */

static inline void may_change(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
	charters_set(charter, "/tests", "[]");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":3}}");
}

static inline void operators_remove(json_t *charter)
{
	charters_set(charter, "/membership/removal", "\"operators\"");
}

#endif
