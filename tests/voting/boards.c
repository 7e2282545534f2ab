/* SPDX-License-Identifier: ISC */
#include "tests/voting/boards.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"

static void take_part(struct circle *c, share_id number, struct sig_key *key)
{
	const size_t place = c->ceremony->n++;

	assert_true(place < BOARDS_MAX);
	c->keys[place] = key;
	c->ceremony->members[place] = (struct participant){ number, { { (uint8_t)number } }, *sig_key_pub(key) };
	c->dealers[place].number = number;
	bytes_random(c->dealers[place].seed, SEED_BYTES);
}

static void begin(struct circle *c, enum ceremony_purpose purpose, size_t t)
{
	memset(c, 0, sizeof(*c));
	c->crypto = crypto_new(NULL);
	c->ceremony = calloc(1, sizeof(*c->ceremony));
	assert_non_null(c->crypto);
	assert_non_null(c->ceremony);
	c->ceremony->purpose = purpose;
	c->ceremony->genesis.b[0] = 1;
	c->ceremony->charter.b[0] = 2;
	c->ceremony->number = 3;
	c->ceremony->opened = 1000;
	c->ceremony->wait = 60;
	c->ceremony->t = t;
}

static void settle(struct circle *c)
{
	struct buf payload = { 0 };
	json_t *o = ceremony_print(c->ceremony);

	assert_non_null(o);
	assert_true(json_write(o, &payload, NULL));
	digest_of(KIND_CEREMONY, buf_slice(&payload), &c->ceremony->digest);
	buf_free(&payload);
	json_decref(o);
}

void circle_open(struct circle *c, size_t t, size_t n)
{
	begin(c, CEREMONY_KEY, t);
	c->ceremony->epoch = 1;
	for (size_t i = 0; i < n; i++)
		take_part(c, (share_id)(i + 1), sig_key_generate(SIG_ED25519, NULL));
	for (size_t i = 0; i < n; i++)
		c->ceremony->dealers[c->ceremony->dealers_n++] = (share_id)(i + 1);
	settle(c);
	c->seen = dealing_new(c->ceremony, NULL, c->crypto, NULL);
	assert_non_null(c->seen);
}

static struct sig_key *same_key(const struct sig_key *k)
{
	struct buf der = { 0 };
	struct sig_key *copy;

	assert_true(sig_key_to_pkcs8(k, &der, NULL));
	copy = sig_key_from_pkcs8(buf_slice(&der), NULL);
	assert_non_null(copy);
	buf_free(&der);
	return copy;
}

void circle_again(struct circle *c, const struct circle *old, const struct transcript *from, const struct share *shares, const char *keep,
	size_t more, size_t t)
{
	begin(c, CEREMONY_RESHARE, t);
	c->ceremony->epoch = from->epoch + 1;
	c->ceremony->from = from->digest;
	for (size_t i = 0; i < old->ceremony->n; i++) {
		if (keep[i] == '0')
			continue;
		c->old[c->ceremony->n] = &shares[i];
		take_part(c, old->ceremony->members[i].number, same_key(old->keys[i]));
	}
	for (size_t i = 0; i < from->t; i++)
		c->ceremony->dealers[c->ceremony->dealers_n++] = c->ceremony->members[i].number;
	for (size_t i = 0; i < more; i++)
		take_part(c, (share_id)(old->ceremony->n + i + 1), sig_key_generate(SIG_ED25519, NULL));
	settle(c);
	c->seen = dealing_new(c->ceremony, from, c->crypto, NULL);
	assert_non_null(c->seen);
}

void circle_close(struct circle *c)
{
	dealing_free(c->seen);
	for (size_t i = 0; i < c->ceremony->n; i++)
		sig_key_free(c->keys[i]);
	ceremony_free(c->ceremony);
	crypto_free(c->crypto);
}

void circle_post(const struct circle *c, size_t place, json_t *body, struct post *out)
{
	struct buf payload = { 0 };
	json_t *o;

	assert_non_null(body);
	*out = (struct post){ .genesis = c->ceremony->genesis,
		.ceremony = c->ceremony->digest,
		.by = c->ceremony->members[place].number,
		.phase = c->seen->phase,
		.seen = { c->seen->board.size, *board_head(&c->seen->board) },
		.body = body };
	o = post_print(out);
	assert_non_null(o);
	assert_true(json_write(o, &payload, NULL));
	digest_of(KIND_POST, buf_slice(&payload), &out->digest);
	buf_free(&payload);
	json_decref(o);
}

json_t *circle_body(const struct circle *c, size_t place)
{
	struct err e = { 0 };
	json_t *body = dealer_body(c->seen, &c->dealers[place], c->old[place], c->keys[place], &e);

	if (body == NULL)
		print_error("place %zu: %s: %s\n", place, e.name, e.text);
	assert_non_null(body);
	return body;
}

bool circle_say(struct circle *c, size_t place, json_t *body, struct err *e)
{
	struct post p;
	bool rc;

	circle_post(c, place, body, &p);
	rc = dealing_take(c->seen, &p, e);
	post_free(&p);
	return rc;
}

void circle_phase(struct circle *c)
{
	const enum phase phase = c->seen->phase;

	for (size_t i = 0; i < c->ceremony->n; i++) {
		struct err e = { 0 };

		if (c->seen->phase != phase || !dealing_waits(c->seen, i))
			continue;
		if (!circle_say(c, i, circle_body(c, i), &e))
			print_error("place %zu at %s: %s: %s\n", i, phase_name(phase), e.name, e.text);
		assert_true(err_ok(&e));
	}
}

void circle_until(struct circle *c, enum phase phase)
{
	while (c->seen->phase < phase)
		circle_phase(c);
	assert_int_equal(c->seen->phase, phase);
}

void circle_shares(const struct circle *c, struct share *out)
{
	for (size_t i = 0; i < c->ceremony->n; i++)
		assert_true(dealer_share(c->seen, &c->dealers[i], c->old[i], &out[i], NULL));
}

void circle_spoil(json_t *body, const char *name, size_t at)
{
	const json_t *v = json_object_get(body, name);
	struct buf b = { 0 };

	assert_true(base64url_decode(slice_str(json_string_value(v)), &b));
	assert_true(at < b.n);
	b.p[at] ^= 1;
	assert_true(object_set_base64(body, name, buf_slice(&b)));
	buf_free(&b);
}

void circle_refuses(struct circle *c, size_t place, json_t *body, const char *name)
{
	const uint32_t before = c->seen->board.size;
	struct err e = { 0 };

	assert_false(circle_say(c, place, body, &e));
	assert_string_equal(e.name, name);
	assert_int_equal(c->seen->board.size, before);
	assert_true(dealing_waits(c->seen, place) || c->seen->phase == PHASE_END || c->seen->of[place].posted ||
		c->seen->phase == PHASE_ANSWER);
}

void circle_accuse(struct circle *c, size_t accuser, share_id accused)
{
	for (size_t i = 0; i < c->ceremony->n; i++)
		assert_true(circle_say(c, i, i == accuser ? json_pack("{s[i]}", "accused", accused) : circle_body(c, i), NULL));
}
