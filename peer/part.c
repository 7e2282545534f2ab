/* SPDX-License-Identifier: ISC */
#include "peer/part_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/jwk.h"
#include "voting/dealer.h"

/* ---- is it what the log lets it be? */

static bool by_notary(const struct part *p, const struct jws *j, struct err *e)
{
	const struct charter_key *k = j->n == 1 ? charter_notary(p->charter, &j->sigs[0].kid, p->ceremony->opened) : NULL;

	if (k == NULL)
		return err_set(e, "not_a_notary", "this is not signed by a notary of the charter that was in force");
	return jws_verify(p->a.crypto, j, 0, &k->key, e);
}

static bool find_charter(struct part *p, struct err *e)
{
	const struct ceremony *c = p->ceremony;

	if (digest_compare(&c->genesis, ledger_genesis(p->a.ledger)) != 0)
		return err_set(e, "wrong_context", "this is a ceremony of another group");
	p->charter = ledger_charter(p->a.ledger, ledger_size(p->a.ledger), c->opened);
	if (p->charter == NULL || digest_compare(&p->charter->object.digest, &c->charter) != 0)
		return err_set(e, "charter_not_in_force", "ceremony %llu names another charter than the one in force when it opened",
			(unsigned long long)c->number);
	if (p->charter->voting.scheme != SCHEME_THRESHOLD)
		return err_set(e, "not_allowed", "under this charter the members hold no key together");
	return c->purpose == CEREMONY_SIGN || c->t == p->charter->voting.threshold ||
		err_set(e, "wrong_context", "ceremony %llu is for %zu signers, and the charter asks for %u", (unsigned long long)c->number,
			c->t, (unsigned)p->charter->voting.threshold);
}

/* Nobody takes part under a number, or with a key, that the log gives to somebody else; nor we ourselves. */
static bool are_members(struct part *p, struct err *e)
{
	const struct ceremony *c = p->ceremony;
	struct digest thumb;

	for (size_t i = 0; i < c->n; i++) {
		const struct participant *m = &c->members[i];

		jwk_thumbprint(&m->key, &thumb);
		if (!ledger_holder(p->a.ledger, m->number, &m->member, &thumb, e))
			return false;
		if (p->a.vault == NULL || id16_compare(&m->member, &p->a.member) != 0)
			continue;
		if (!sig_pub_equal(&m->key, sig_key_pub(p->a.key)))
			return err_set(e, "wrong_key", "ceremony %llu has another key of ours", (unsigned long long)c->number);
		p->number = m->number;
	}
	return p->a.vault == NULL || p->number != 0 ||
		err_set(e, "not_taking_part", "ceremony %llu does not ask us", (unsigned long long)c->number);
}

/* What is dealt anew, or signs, is a share of the group's key: one that a charter names, or that we hold a share of ourselves. */
static bool is_groups(const struct part *p, struct err *e)
{
	const bool held = p->a.vault != NULL && vault_share_of(p->a.vault, &p->base->digest) != NULL;
	struct sig_pub key;
	struct digest spki;

	if (digest_compare(&p->base->genesis, &p->ceremony->genesis) != 0)
		return err_set(e, "wrong_context", "the transcript that this goes on from is another group's");
	transcript_key(p->base, &key);
	if (!profile_spki_digest(&key, &spki))
		return err_memory(e);
	return held || ledger_issuer_key(p->a.ledger, &spki) != NULL ||
		err_set(e, "transcript_differs", "the transcript that this goes on from is of a key that no charter names");
}

static bool read_base(struct part *p, const struct at *base, struct err *e)
{
	if (p->ceremony->purpose == CEREMONY_KEY)
		return true;
	if (base == NULL || base->v == NULL)
		return err_set(e, "transcript_missing", "the transcript that this goes on from did not come");
	p->base = calloc(1, sizeof(*p->base));
	if (p->base == NULL)
		return err_memory(e);
	return transcript_verify(p->a.crypto, base, p->base) && is_groups(p, e);
}

static bool has_share(const struct part *p, struct err *e)
{
	return p->number == 0 || p->ceremony->purpose != CEREMONY_SIGN || part_share(p) != NULL ||
		err_set(e, "share_missing", "the share of ours that ceremony %llu asks for is not in the vault",
			(unsigned long long)p->ceremony->number);
}

struct part *part_begin(
	const struct agent *a, uint64_t number, const struct jws *ceremony, const struct at *base, const struct at *items, struct err *e)
{
	bool rc = false;

	struct part *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		err_memory(e);
		return NULL;
	}
	p->a = *a;
	p->ceremony = ceremony_parse(ceremony, e);
	if (p->ceremony != NULL && p->ceremony->number != number)
		err_set(e, "wrong_context", "the server shows ceremony %llu as %llu", (unsigned long long)p->ceremony->number,
			(unsigned long long)number);
	else if (p->ceremony != NULL)
		rc = find_charter(p, e) && by_notary(p, ceremony, e) && are_members(p, e) && read_base(p, base, e) && has_share(p, e) &&
			part_messages(p, items, e) && course_begin(&p->course, p->ceremony, p->base, p->messages, a->crypto, e);
	if (rc)
		return p;
	part_free(p);
	return NULL;
}

void part_free(struct part *p)
{
	if (p == NULL)
		return;
	course_free(&p->course);
	for (size_t i = 0; p->bytes != NULL && i < p->ceremony->items_n; i++)
		buf_free(&p->bytes[i]);
	free(p->bytes);
	free(p->messages);
	free(p->base);
	ceremony_free(p->ceremony);
	free(p);
}

/* ---- the board */

bool part_read(struct part *p, const struct jws *j, struct err *e)
{
	struct post post;
	int place;
	bool rc;

	if (!post_parse(j, &post, e))
		return false;
	place = post.by == 0 ? -1 : ceremony_place(p->ceremony, post.by);
	if (post.by == 0)
		rc = by_notary(p, j, e);
	else if (place < 0 || j->n != 1)
		rc = err_set(e, "not_taking_part", "number %u does not take part in this ceremony", post.by);
	else
		rc = jws_verify(p->a.crypto, j, 0, &p->ceremony->members[place].key, e);
	rc = rc && course_take(&p->course, &post, e);
	post_free(&post);
	return rc;
}

/* ---- what we say */

const struct share *part_share(const struct part *p)
{
	const struct vault_share *s = p->base == NULL || p->a.vault == NULL ? NULL : vault_share_of(p->a.vault, &p->base->digest);

	return s == NULL ? NULL : &s->share;
}

bool part_sign_post(const struct part *p, enum phase phase, uint32_t turn, json_t *body, struct buf *out, struct err *e)
{
	const struct board *b = course_board(&p->course);
	struct post post = { .genesis = p->ceremony->genesis,
		.ceremony = p->ceremony->digest,
		.by = p->number,
		.phase = phase,
		.turn = turn,
		.seen = { b->size, *board_head(b) },
		.body = body };
	json_t *doc = post_print(&post);
	struct buf payload = { 0 };
	bool rc = (doc != NULL || err_memory(e)) && json_write(doc, &payload, e) &&
		jws_sign_text(p->a.crypto, KIND_POST, buf_slice(&payload), p->a.key, out, e);

	json_decref(doc);
	post_free(&post);
	buf_free(&payload);
	return rc && (buf_cstr(out) != NULL || err_memory(e));
}

/* The share is kept before anybody is told that we have it. */
static bool keep_share(struct part *p, const struct dealer *me, struct err *e)
{
	const struct dealing *d = p->course.dealing;
	struct vault_share s = { .ceremony = p->ceremony->digest, .transcript = d->transcript.digest, .epoch = p->ceremony->epoch };
	struct sig_pub key;
	bool rc;

	transcript_key(&d->transcript, &key);
	rc = (profile_spki_digest(&key, &s.key) || err_memory(e)) && dealer_share(d, me, part_share(p), &s.share, e) &&
		vault_keep_share(p->a.vault, &s, e);
	bytes_wipe(&s, sizeof(s));
	return rc;
}

static json_t *dealt(struct part *p, struct err *e)
{
	const struct dealing *d = p->course.dealing;
	struct dealer me = { .number = p->number };
	json_t *o = NULL;

	/* Before it is kept: the share of the epoch before is needed to find the new one. */
	if (vault_seed(p->a.vault, &p->ceremony->digest, me.seed, e) && (d->phase != PHASE_CONFIRM || keep_share(p, &me, e)))
		o = dealer_body(d, &me, part_share(p), p->a.key, e);
	bytes_wipe(&me, sizeof(me));
	return o;
}

static bool says_dealing(struct part *p, struct buf *out, struct err *e)
{
	const enum phase phase = p->course.dealing->phase;
	const char *said = vault_post(p->a.vault, &p->ceremony->digest, phase, 0);
	struct buf text = { 0 };
	json_t *o;
	bool rc = true;

	if (said == NULL) {
		rc = (o = dealt(p, e)) != NULL && part_sign_post(p, phase, 0, o, &text, e) &&
			vault_keep_post(p->a.vault, &p->ceremony->digest, phase, 0, buf_cstr(&text), e);
		said = buf_cstr(&text);
	}
	if (rc)
		buf_add_str(out, said);
	buf_free(&text);
	return rc && (!out->failed || err_memory(e));
}

bool part_says(struct part *p, struct buf *out, struct err *e)
{
	if (p->number == 0 || !course_waits(&p->course, (size_t)ceremony_place(p->ceremony, p->number)))
		return true;
	return p->course.dealing != NULL ? says_dealing(p, out, e) : part_says_signing(p, out, e);
}

bool part_settle(struct part *p, struct err *e)
{
	return course_phase(&p->course) != PHASE_END || p->a.vault == NULL ||
		vault_settle(p->a.vault, &p->ceremony->digest, course_is_done(&p->course), e);
}

const struct ceremony *part_ceremony(const struct part *p)
{
	return p->ceremony;
}

const struct course *part_course(const struct part *p)
{
	return &p->course;
}
