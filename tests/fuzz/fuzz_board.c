/* SPDX-License-Identifier: ISC
 * Payloads of ceremonies, posts and transcripts; and bodies of posts in each phase of a dealing and of a signing. */
#include "base/digest.h"
#include "tests/fuzz/fuzz.h"
#include "voting/dealing_read.h"
#include "voting/signing.h"

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

/* A signing of one item, in which all have committed or nobody has. */
static struct signing *fixed_signing(struct ceremony *c, struct transcript *t, const struct slice *message, struct signing_item *item)
{
	struct round_commitment *list;
	struct signing *s;
	struct scalar one;

	*c = *fixed_ceremony();
	c->purpose = CEREMONY_SIGN;
	c->items = item;
	c->items_n = 1;
	*item = (struct signing_item){ .what = SIGNING_CERTIFICATE };
	digest_of("tbs", *message, &item->bytes);
	*t = (struct transcript){ .epoch = 1, .t = T, .n = N };
	scalar_of(1, &one);
	for (size_t i = 0; i < N; i++) {
		point_base(&one, &t->commitment[i]);
		t->holders[i].number = (share_id)(i + 1);
	}
	s = signing_new(c, t, message, handles(), NULL);
	CHECK(s != NULL);
	for (size_t i = 0; i < N; i++) {
		list = calloc(1, sizeof(*list));
		CHECK(list != NULL);
		*list = (struct round_commitment){ (share_id)(i + 1), t->commitment[0], t->commitment[1] };
		s->of[i].free = list;
		s->of[i].turns = 1;
	}
	return s;
}

static void take_as(struct signing *s, share_id by, enum phase phase, uint32_t turn, json_t *body)
{
	const struct post p = { .by = by, .phase = phase, .turn = turn, .seen = { s->board.size, *board_head(&s->board) }, .body = body };
	const uint32_t before = s->board.size;
	struct err e = { 0 };

	if (!signing_take(s, &p, &e))
		refused(&e);
	CHECK(s->board.size == before + err_ok(&e));
}

/* In every place that a body may have: as commitments, as a package, as parts of one, as the end. */
static void sign_with(json_t *body)
{
	const struct slice message = slice_str("to be signed");
	json_t *package = json_pack("{s[ii]s[ii]}", "signers", 1, 2, "turns", 0, 0);
	struct signing_item item;
	struct transcript t;
	struct ceremony c;
	struct signing *s = fixed_signing(&c, &t, &message, &item);

	take_as(s, 3, PHASE_COMMIT, 1, body);
	take_as(s, 0, PHASE_PACKAGE, 0, body);
	take_as(s, 0, PHASE_PACKAGE, 0, package);
	take_as(s, 1, PHASE_SIGN, 0, body);
	take_as(s, 2, PHASE_SIGN, 0, body);
	take_as(s, 0, PHASE_END, 0, body);
	json_decref(package);
	signing_free(s);
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
		sign_with(body);
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
