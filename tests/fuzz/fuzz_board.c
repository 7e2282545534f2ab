/* SPDX-License-Identifier: ISC
 * Payloads of ceremonies, posts and transcripts; and bodies of posts in each phase of a dealing. */
#include "tests/fuzz/fuzz.h"
#include "voting/dealing_read.h"

enum { T = 2, N = 3 };

static json_t *written(const struct post *p)
{
	json_t *o = post_print(p);

	json_decref(p->body);
	return o;
}

ROUND(KIND_POST, struct post, post_parse, written(&a))
ROUND(KIND_TRANSCRIPT, struct transcript, transcript_parse, transcript_print(&a))

static struct ceremony *read_ceremony(struct slice payload)
{
	struct jws j = around(KIND_CEREMONY, payload);
	struct err e = { 0 };
	struct ceremony *c = ceremony_parse(&j, &e);

	if (c == NULL)
		refused(&e);
	jws_free(&j);
	return c;
}

static void round_ceremony(struct slice payload)
{
	struct ceremony *c = read_ceremony(payload), *again;
	struct buf first, second;

	if (c == NULL)
		return;
	first = text_of(ceremony_print(c));
	again = read_ceremony(buf_slice(&first));
	CHECK(again != NULL);
	second = text_of(ceremony_print(again));
	CHECK(slice_equal(buf_slice(&first), buf_slice(&second)));
	buf_free(&first);
	buf_free(&second);
	ceremony_free(c);
	ceremony_free(again);
}

static const struct ceremony *fixed_ceremony(void)
{
	static struct ceremony c;

	c = (struct ceremony){ .purpose = CEREMONY_KEY, .epoch = 1, .t = T, .n = N, .dealers = { 1, 2, 3 }, .dealers_n = N };
	for (size_t i = 0; i < N; i++) {
		c.members[i].number = (share_id)(i + 1);
		c.members[i].key.alg = SIG_ED25519;
		c.members[i].key.b[0] = (uint8_t)(i + 1);
	}
	return &c;
}

/* Place 0 posts this; the others have accused it. */
static void read_body(const json_t *body, bool (*read)(struct dealing *d, size_t place, const struct at *at))
{
	struct dealing *d = dealing_new(fixed_ceremony(), NULL, handles(), NULL);
	struct err e = { 0 };
	const struct at at = at_root(body, &e);

	CHECK(d != NULL);
	d->of[1].accuses[0] = d->of[2].accuses[0] = true;
	d->transcript.n = d->transcript.t = T;
	if (!read(d, 0, &at))
		refused(&e);
	CHECK(err_ok(&e) ||
		(d->of[0].commitment == NULL && d->of[0].sealed == NULL && d->of[0].shown == NULL && d->of[0].envelope == NULL));
	dealing_free(d);
}

static void read_bodies(struct slice text)
{
	json_t *body = json_read(text, kind_find(KIND_POST)->max, NULL);

	if (json_is_object(body)) {
		read_body(body, dealing_read_join);
		read_body(body, dealing_read_deal);
		read_body(body, dealing_read_check);
		read_body(body, dealing_read_answer);
		read_body(body, dealing_read_confirm);
	}
	json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice text = slice_of(p, n);

	round_ceremony(text);
	round_post_parse(text);
	round_transcript_parse(text);
	read_bodies(text);
	return 0;
}
