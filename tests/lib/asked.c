/* SPDX-License-Identifier: ISC */
#include "tests/lib/asked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/envelopes.h"

struct asked asked_open(struct realm *r, const char *name, void (*change)(json_t *charter))
{
	struct asked q = { .f = folk_new(r, name, change), .w = r->w, .applicant = envelope_key(SIG_ED25519), .member = r->keys->member };

	assert_int_equal(folk_propose(&q.f, q.w, q.applicant), 1);
	return q;
}

void asked_close(struct asked *q)
{
	folk_follow(&q->f);
	sig_key_free(q->applicant);
	folk_free(&q->f);
}

void asked_cast(struct asked *q, size_t i, enum choice choice)
{
	assert_string_equal(folk_cast(&q->f, q->w, 1, i, choice), "");
}

void asked_refuses(struct asked *q, const struct vote *v, const struct sig_key *k, const char *name)
{
	int64_t before = folk_number(&q->f, "SELECT count(*) FROM votes WHERE g = %d");
	struct err e = { 0 };

	assert_false(folk_send_vote(&q->f, q->w, 1, v, k, NULL, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(folk_number(&q->f, "SELECT count(*) FROM votes WHERE g = %d"), before);
}

void asked_revoke(struct asked *q, size_t i, enum revocation_target target)
{
	struct revocation x = folk_revocation(&q->f, target);
	struct err e = { 0 };

	x.member = q->member[i];
	jwk_thumbprint(sig_key_pub(q->f.r->founders[i]), &x.key);
	if (!folk_send_revocation(&q->f, q->w, &x, q->f.r->founders[i], NULL, &e))
		fail_msg("%s: %s", e.name, e.text);
}

void asked_may_change(json_t *charter)
{
	charters_set(charter, "/voting/change", "true");
	charters_set(charter, "/admission", "{\"votes\":{\"count\":3}}");
	charters_set(charter, "/tests", "[]");
}
