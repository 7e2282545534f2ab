/* SPDX-License-Identifier: ISC */
#include "tests/voting/signers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"

static void settle(struct ceremony *c)
{
	struct buf payload = { 0 };
	json_t *o = ceremony_print(c);

	assert_true(json_write(o, &payload, NULL));
	digest_of(KIND_CEREMONY, buf_slice(&payload), &c->digest);
	buf_free(&payload);
	json_decref(o);
}

void signers_open(struct signers *s, size_t t, size_t n)
{
	static const char *const words[SIGNERS_ITEMS] = { "a certificate", "another one", "a list" };
	struct ceremony *c;
	struct err e = { 0 };

	memset(s, 0, sizeof(*s));
	circle_open(&s->circle, t, n);
	circle_until(&s->circle, PHASE_CONFIRM);
	circle_shares(&s->circle, s->shares);
	circle_phase(&s->circle);
	s->transcript = s->circle.seen->transcript;
	bytes_random(s->seeds, sizeof(s->seeds));
	c = s->ceremony = calloc(1, sizeof(*c));
	assert_non_null(c);
	*c = *s->circle.ceremony;
	c->purpose = CEREMONY_SIGN;
	c->number = 9;
	c->from = s->transcript.digest;
	c->dealers_n = 0;
	c->items_n = SIGNERS_ITEMS;
	c->items = calloc(SIGNERS_ITEMS, sizeof(*c->items));
	assert_non_null(c->items);
	for (size_t i = 0; i < SIGNERS_ITEMS; i++) {
		s->messages[i] = slice_str(words[i]);
		c->items[i].what = SIGNING_CERTIFICATE;
		digest_of("tbs", s->messages[i], &c->items[i].bytes);
	}
	settle(c);
	s->seen = signing_new(c, &s->transcript, s->messages, s->circle.crypto, &e);
	if (s->seen == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

void signers_close(struct signers *s)
{
	signing_free(s->seen);
	ceremony_free(s->ceremony);
	circle_close(&s->circle);
	bytes_wipe(s, sizeof(*s));
}

bool signers_say(struct signers *s, size_t place, enum phase phase, uint32_t turn, json_t *body, struct err *e)
{
	struct post p = { .genesis = s->ceremony->genesis,
		.ceremony = s->ceremony->digest,
		.by = place == s->ceremony->n ? 0 : s->ceremony->members[place].number,
		.phase = phase,
		.turn = turn,
		.seen = { s->seen->board.size, *board_head(&s->seen->board) },
		.body = body };
	bool rc;

	assert_non_null(body);
	bytes_random(&p.digest, sizeof(p.digest));
	rc = signing_take(s->seen, &p, e);
	post_free(&p);
	return rc;
}

json_t *signers_body(struct signers *s, size_t place, enum phase *phase, uint32_t *turn)
{
	const struct cosigner *of = &s->seen->of[place];
	const struct share *mine = &s->shares[place];
	struct err e = { 0 };
	json_t *body;

	*phase = signing_wants(s->seen, place, turn);
	assert_true(of->turns < SIGNERS_TURNS);
	if (*phase == PHASE_COMMIT)
		body = cosign_commit(mine, s->seeds[place][of->turns], SIGNERS_ITEMS, &e);
	else
		body = cosign_sign(s->seen, mine, s->seeds[place][of->used], s->seeds[place][of->turns], &e);
	if (body == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return body;
}

bool signers_speak(struct signers *s, size_t place)
{
	struct err e = { 0 };
	enum phase phase;
	uint32_t turn;
	json_t *body;

	if (!signing_waits(s->seen, place))
		return false;
	body = signers_body(s, place, &phase, &turn);
	if (!signers_say(s, place, phase, turn, body, &e))
		fail_msg("%s: %s", e.name, e.text);
	return true;
}

void signers_all(struct signers *s, unsigned but)
{
	for (size_t i = 0; i < s->ceremony->n; i++)
		if ((but >> i & 1) == 0)
			(void)signers_speak(s, i);
}

bool signers_package(struct signers *s)
{
	json_t *body = signing_package(s->seen);
	struct err e = { 0 };

	if (body == NULL)
		return false;
	if (!signers_say(s, s->ceremony->n, PHASE_PACKAGE, s->seen->packages_n, body, &e))
		fail_msg("%s: %s", e.name, e.text);
	return true;
}
