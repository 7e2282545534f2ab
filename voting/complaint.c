/* SPDX-License-Identifier: ISC */
#include "voting/complaint.h"

#include "base/time.h"

const char *const complaint_words[] = { "unreachable", "misrouted", "flooded", "impersonated", "other", NULL };

static bool read_vote(const struct at *envelope, const struct at *key, struct complaint_vote *out)
{
	if (!jwk_parse(key, &out->key) || !jws_read(envelope, &out->jws))
		return false;
	if (!vote_parse(&out->jws, &out->vote, envelope->e)) {
		jws_free(&out->jws);
		return false;
	}
	vote_free(&out->vote);
	return true;
}

static bool read_votes(const struct at *about, struct complaint *x)
{
	static const char *const members[] = { "votes", "keys", NULL };
	struct at votes, keys, envelope, key;
	size_t n;

	if (!at_only(about, members) || !at_member(about, "votes", &votes) || !at_array(&votes, 2, 2, &n) ||
		!at_member(about, "keys", &keys) || !at_array(&keys, 2, 2, &n))
		return false;
	for (size_t i = 0; i < 2; i++)
		if (!at_element(&votes, i, &envelope) || !at_element(&keys, i, &key) || !read_vote(&envelope, &key, &x->votes[i]))
			return false;
	x->envelopes = json_deep_copy(votes.v);
	return x->envelopes != NULL || err_memory(about->e);
}

static bool read_observed(const struct at *about, struct complaint *x)
{
	static const char *const outer[] = { "observed", NULL }, *const members[] = { "what", "when", "text", NULL };
	struct at at;
	int what = 0;

	if (!at_only(about, outer) || !at_member(about, "observed", &at) || !at_only(&at, members) ||
		!at_word(&at, "what", complaint_words, &what) || !at_int(&at, "when", 0, TIME_MAX, &x->when))
		return false;
	x->what = (enum complaint_what)what;
	x->has_text = at_has(&at, "text");
	return !x->has_text || at_digest(&at, "text", &x->text);
}

static bool read_about(const struct at *at, struct complaint *x)
{
	struct at about;

	if (!at_member(at, "about", &about))
		return false;
	x->about = at_has(&about, "votes") ? COMPLAINT_VOTES : COMPLAINT_OBSERVED;
	return x->about == COMPLAINT_VOTES ? read_votes(&about, x) : read_observed(&about, x);
}

bool complaint_parse(const struct jws *j, struct complaint *out, struct err *e)
{
	static const char *const members[] = { "charter", "member", "by", "about", "iat", NULL };
	struct complaint x = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_COMPLAINT, j, members, &o, &at, e))
		return false;
	x.digest = o.digest;
	x.genesis = o.genesis;
	rc = at_digest(&at, "charter", &x.charter) && at_id16(&at, "member", &x.member) && at_id16(&at, "by", &x.by) &&
		(id16_compare(&x.member, &x.by) != 0 || err_set(at.e, "not_allowed", "nobody complains about itself")) &&
		read_about(&at, &x) && at_int(&at, "iat", 0, TIME_MAX, &x.iat);
	if (rc)
		*out = x;
	else
		complaint_free(&x);
	object_free(&o);
	return rc;
}

void complaint_free(struct complaint *x)
{
	if (x == NULL)
		return;
	jws_free(&x->votes[0].jws);
	jws_free(&x->votes[1].jws);
	json_decref(x->envelopes);
	x->envelopes = NULL;
}

static json_t *print_votes(const struct complaint *x)
{
	json_t *o = json_object(), *keys = json_array(), *wrap = json_object();
	bool rc = object_set_part(o, "votes", x->envelopes);

	for (size_t i = 0; i < 2 && rc; i++)
		rc = object_set_key(wrap, "key", &x->votes[i].key) && json_array_append(keys, json_object_get(wrap, "key")) == 0;
	json_decref(wrap);
	if (rc && json_object_set(o, "keys", keys) == 0) {
		json_decref(keys);
		return o;
	}
	json_decref(keys);
	json_decref(o);
	return NULL;
}

static json_t *print_observed(const struct complaint *x)
{
	json_t *o = json_object();

	if (object_set_string(o, "what", complaint_words[x->what]) && object_set_int(o, "when", x->when) &&
		(!x->has_text || object_set_digest(o, "text", &x->text)))
		return json_pack("{s:o}", "observed", o);
	json_decref(o);
	return NULL;
}

json_t *complaint_print(const struct complaint *x)
{
	json_t *o = object_begin(KIND_COMPLAINT, &x->genesis), *about = x->about == COMPLAINT_VOTES ? print_votes(x) : print_observed(x);
	bool rc = about != NULL && object_set_digest(o, "charter", &x->charter) && object_set_id16(o, "member", &x->member) &&
		object_set_id16(o, "by", &x->by) && json_object_set(o, "about", about) == 0 && object_set_int(o, "iat", x->iat);

	json_decref(about);
	if (rc)
		return o;
	json_decref(o);
	return NULL;
}

bool complaint_fits(const struct complaint *x, const struct digest *genesis, const struct id16 *member, int64_t now, struct err *e)
{
	if (digest_compare(&x->genesis, genesis) != 0)
		return err_set(e, "wrong_context", "the complaint was made in another group");
	if (id16_compare(&x->member, member) != 0)
		return err_set(e, "wrong_context", "the complaint is about another member");
	return x->iat <= now + COMPLAINT_SLACK || err_set(e, "complaint_late", "the complaint is dated after it was used");
}

static bool same_predecessor(const struct vote *a, const struct vote *b)
{
	return a->has_replaces == b->has_replaces && (!a->has_replaces || digest_compare(&a->replaces, &b->replaces) == 0);
}

bool votes_contradict(const struct vote *a, const struct vote *b, bool change, struct err *e)
{
	if (digest_compare(&a->genesis, &b->genesis) != 0 || digest_compare(&a->proposal, &b->proposal) != 0 ||
		digest_compare(&a->charter, &b->charter) != 0 || id16_compare(&a->member, &b->member) != 0)
		return err_set(e, "no_contradiction", "the two votes are not one member's on one proposal");
	if (a->choice == b->choice)
		return err_set(e, "no_contradiction", "the two votes say the same");
	/* A mind may be changed more than once: of a chain no two votes contradict each other, only where it forks. */
	if (change && !same_predecessor(a, b))
		return err_set(e, "no_contradiction", "the charter lets voters change their minds, and these votes show no more than that");
	return true;
}

bool complaint_proves(struct crypto *c, const struct complaint *x, bool change, struct err *e)
{
	if (x->about != COMPLAINT_VOTES)
		return true;
	for (size_t i = 0; i < 2; i++) {
		const struct complaint_vote *v = &x->votes[i];

		if (digest_compare(&v->vote.genesis, &x->genesis) != 0 || id16_compare(&v->vote.member, &x->member) != 0)
			return err_set(e, "wrong_context", "a vote in the complaint is another group's or member's than the accused's");
		if (v->jws.n != 1)
			return err_set(e, "bad_jws", "a vote has one signature, one in the complaint has %zu", v->jws.n);
		if (!jws_verify(c, &v->jws, 0, &v->key, e))
			return false;
	}
	return votes_contradict(&x->votes[0].vote, &x->votes[1].vote, change, e);
}
