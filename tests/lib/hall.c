/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"

struct hall *hall_open(void (*change)(json_t *charter))
{
	struct hall *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->w = world_new(change);
	h->ev.votes = h->votes;
	h->ev.objects = h->objects;
	world_apply(h->w);
	world_propose_admission(h->w);
	return h;
}

void hall_clear(struct hall *h)
{
	for (size_t i = 0; i < h->ev.votes_n; i++)
		jws_free(&h->votes[i].jws);
	for (size_t i = 0; i < h->ev.objects_n; i++)
		jws_free(&h->objects[i].jws);
	h->ev.votes_n = h->ev.objects_n = 0;
}

void hall_close(struct hall *h)
{
	hall_clear(h);
	world_free(h->w);
	free(h);
}

struct evidence_vote *hall_put(struct hall *h, struct evidence_vote v)
{
	assert_true(h->ev.votes_n < HALL_MAX);
	h->votes[h->ev.votes_n] = v;
	return &h->votes[h->ev.votes_n++];
}

struct evidence_vote *hall_cast(struct hall *h, size_t i, enum choice choice)
{
	return hall_put(h, world_cast(h->w, i, choice));
}

struct evidence_object *hall_say(struct hall *h, struct evidence_object word)
{
	assert_true(h->ev.objects_n < HALL_MAX);
	h->objects[h->ev.objects_n] = word;
	return &h->objects[h->ev.objects_n++];
}

struct evidence_object *hall_vouch(struct hall *h, size_t i, uint32_t live)
{
	struct vouch v = world_vouch(h->w, i);

	world_log_vouch(h->w, &v, h->w->members[i].key, live);
	return hall_say(h, world_sign_vouch(h->w, &v, h->w->members[i].key));
}

struct challenge hall_challenge(const struct hall *h, const struct digest *subject, const struct digest *key)
{
	return (struct challenge){ .genesis = h->w->genesis,
		.charter = h->w->proposal.charter,
		.subject = *subject,
		.key = *key,
		.type = CHALLENGE_CAPTCHA,
		.captcha = CAPTCHA_GRAPHIC,
		.iat = h->w->now,
		.until = h->w->now + 600 };
}

struct evidence_object *hall_sign_challenge(struct hall *h, const struct challenge *c, const struct sig_key *k)
{
	return hall_say(
		h, (struct evidence_object){ .jws = envelope(h->w->c, KIND_CHALLENGE, challenge_print(c), k), .key = *sig_key_pub(k) });
}

struct evidence_object *hall_meet(struct hall *h)
{
	struct challenge c = hall_challenge(h, &h->w->proposal.subject, &h->w->proposal.key);

	return hall_sign_challenge(h, &c, h->w->keys->notary);
}

struct evidence_object *hall_meet_by(struct hall *h, size_t i, const struct digest *subject)
{
	struct challenge c = hall_challenge(h, subject, &h->w->members[i].thumb);

	return hall_sign_challenge(h, &c, h->w->keys->notary);
}

bool hall_verify(struct hall *h, struct verified *v, struct err *e)
{
	const struct proposal *p = &h->w->proposal;
	const struct evidence_view view = world_view(h->w);
	int64_t at = h->closed ? proposal_closes(p) : evidence_instant(p, h->w->now + 1);

	return evidence_verify(h->w->c, h->w->charter, p, &h->ev, &view, at, h->closed, v, e);
}

struct verified hall_good(struct hall *h)
{
	struct verified v;
	struct err e = { 0 };

	if (!hall_verify(h, &v, &e))
		fail_msg("%s: %s", e.name, e.text);
	return v;
}

void hall_refused(struct hall *h, const char *name)
{
	static const struct verified zero;
	struct verified v;
	struct err e = { 0 };

	assert_false(hall_verify(h, &v, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&v, &zero, sizeof(zero));
	hall_clear(h);
}

void hall_operators_admit(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":1}}]}");
}
