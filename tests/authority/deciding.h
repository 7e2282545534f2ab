/* SPDX-License-Identifier: ISC
 * What the tests of decisions share. */
#ifndef TESTS_AUTHORITY_DECIDING_H
#define TESTS_AUTHORITY_DECIDING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "authority/drafts.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/folk.h"

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

/* A group with one open proposal, number 1, to admit somebody. */
struct asked {
	struct folk f;
	struct worker *w;
	struct sig_key *applicant;
};

static inline struct asked ask(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	struct asked q = { .f = folk_new(r, name, change), .w = r->w, .applicant = envelope_key(SIG_ED25519) };

	assert_int_equal(folk_propose(&q.f, q.w, q.applicant), 1);
	return q;
}

static inline void done(struct asked *q)
{
	folk_follow(&q->f);
	sig_key_free(q->applicant);
	folk_free(&q->f);
}

static inline void cast(struct asked *q, size_t i, enum choice choice)
{
	assert_string_equal(folk_cast(&q->f, q->w, 1, i, choice), "");
}

/* ---- outcomes */

static inline void of_cast(json_t *charter)
{
	charters_set(charter, "/admission", "{\"votes\":{\"fraction\":\"1/2\",\"base\":\"cast\",\"minimum\":1}}");
	charters_set(charter, "/tests", "[]");
	charters_set(charter, "/voting/term", "60");
}

static struct digest listed_key;
static inline void by_list(json_t *charter)
{
	char rule[128], thumb[THUMB_TEXT];

	thumb_text(&listed_key, thumb);
	snprintf(rule, sizeof(rule), "{\"list\":{\"keys\":[\"%s\"]}}", thumb);
	charters_set(charter, "/admission", rule);
	charters_set(charter, "/tests", "[]");
}

/* ---- voters come and go */

static inline void revoke(struct asked *q, size_t i, enum revocation_target target)
{
	struct revocation x = folk_revocation(&q->f, target);
	struct err e = { 0 };

	x.member = q->f.r->keys->member[i];
	jwk_thumbprint(sig_key_pub(q->f.r->founders[i]), &x.key);
	if (!folk_send_revocation(&q->f, q->w, &x, q->f.r->founders[i], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

static inline void may_change(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":3}}");
	charters_set(charter, "/tests", "[]");
}

/* ---- void */

#endif
