/* SPDX-License-Identifier: ISC
 * Objects of evidence beside votes, by their kinds. */
#include <stdlib.h>

#include "peer/evidence_state.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

/* ---- words of operators */

static bool word_fits(const struct operator_word *w, const struct proposal *p, struct err *e)
{
	if (!same(&w->genesis, &p->genesis) || !same(&w->charter, &p->charter))
		return err_set(e, "wrong_context", "an operator's word was given under another charter");
	return same(&w->subject, &p->subject) ||
		err_set(e, "wrong_context", "an operator's word is on another subject than the proposal's");
}

static bool add_word(struct gathering *g, const struct digest *key, bool approve, struct err *e)
{
	struct verified *out = g->out;

	if (out->approvals_n == EVIDENCE_WORDS_MAX)
		return err_set(e, "out_of_range", "there are at most %d words of operators", EVIDENCE_WORDS_MAX);
	for (size_t i = 0; i < out->approvals_n; i++)
		if (same(&out->approvals[i].key, key))
			return err_set(e, "word_repeated", "one operator has given two words on the same subject");
	out->approvals[out->approvals_n++] = (struct fact_approval){ *key, approve };
	return true;
}

static bool verify_word(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	const struct charter_person *person;
	struct operator_word word;

	if (!operator_parse(&o->jws, &word, e) || !word_fits(&word, g->p, e))
		return false;
	if (o->jws.n != 1)
		return err_set(e, "bad_jws", "an operator's word has one signature; this has %zu", o->jws.n);
	person = charter_operator(g->ch, &o->jws.sigs[0].kid);
	if (person == NULL)
		return err_set(e, "not_an_operator", "the charter has no operator with the key that signed this word");
	if (!sig_pub_equal(&person->key, &o->key))
		return err_set(e, "wrong_key", "the key beside an operator's word is not the one that signed it");
	if (!o->signature_known && !jws_verify(g->c, &o->jws, 0, &person->key, e))
		return false;
	*digest = word.digest;
	return add_word(g, &person->thumb, word.approve, e);
}

/* ---- vouches */

/* One that counts for nothing any more stands in the log, and not in the evidence. */
static bool vouch_stands(struct gathering *g, const struct vouch *v, const struct digest *kid, struct err *e)
{
	struct voter voter;

	if (!evidence_elector(g->view, &v->member, "voucher", &voter, e))
		return false;
	if (!evidence_has_key(voter.keys, voter.keys_n, kid))
		return err_set(e, "wrong_key", "the log gives the voucher another key than the one that signed its vouch");
	return evidence_status(&voter, kid) == VOTE_COUNTED ||
		err_set(e, "vouch_void", "the voucher is gone, or its key was revoked: its vouch is no evidence any more");
}

/* Age and the number of live vouches are those of the entry: what a record shows is not enough to count them again. */
static bool vouch_logged(struct gathering *g, const struct vouch *v, struct fact_vouch *out, struct err *e)
{
	struct vouched entry;

	if (g->view->vouch == NULL || !g->view->vouch(g->view->arg, &v->digest, &entry))
		return err_set(e, "log_unknown", "the log has no entry for this vouch between the proposal and its decision");
	if (id16_compare(&entry.member, &v->member) != 0 || !same(&entry.application, &v->application))
		return err_set(e, "entry_differs", "the vouch's entry is of another member, or for another application");
	if (entry.time >= proposal_closes(g->p))
		return err_set(e, "not_open", "the vouch was logged when the proposal was closed");
	*out = (struct fact_vouch){
		.member = v->member, .age = entry.age, .elapsed = g->at - entry.time, .live = entry.live, .reason = v->has_reason
	};
	return vouch_in_time(v, g->p->opened, entry.time, e);
}

static bool verify_vouch(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	const struct digest *kid = &o->jws.sigs[0].kid;
	struct fact_vouch fact;
	struct vouch v;

	if (!vouch_parse(&o->jws, &v, e) || !vouch_fits(&v, g->p, e))
		return false;
	if (charter_vouches_on(g->ch, g->p->question) == NULL)
		return err_set(e, "not_allowed", "the charter asks for no vouches here");
	if (o->jws.n != 1)
		return err_set(e, "bad_jws", "a vouch has one signature; this has %zu", o->jws.n);
	if (!vouch_stands(g, &v, kid, e) || !vouch_logged(g, &v, &fact, e))
		return false;
	if (!o->signature_known && !jws_verify(g->c, &o->jws, 0, &o->key, e))
		return false;
	if (g->ch->vouching.human != NULL)
		g->claims[g->claims_n++] = (struct evidence_claim){ PURPOSE_VOUCH, *kid, v.iat, true };
	g->out->vouches[g->out->vouches_n++] = fact;
	*digest = v.digest;
	return true;
}

static int by_member(const void *a, const void *b)
{
	const struct fact_vouch *x = a, *y = b;

	return id16_compare(&x->member, &y->member);
}

static bool vouch_once(struct verified *v, struct err *e)
{
	if (v->vouches_n > 1)
		qsort(v->vouches, v->vouches_n, sizeof(*v->vouches), by_member);
	for (size_t i = 1; i < v->vouches_n; i++)
		if (by_member(&v->vouches[i - 1], &v->vouches[i]) == 0)
			return err_set(e, "vouch_repeated", "one member has vouched twice for the same applicant");
	return true;
}

/* ---- all kinds */

struct verifier {
	const char *kind;
	bool (*verify)(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e);
};
static const struct verifier verifiers[] = {
	{ KIND_OPERATOR, verify_word },
	{ KIND_VOUCH, verify_vouch },
	{ KIND_CHALLENGE, evidence_challenge },
	{ KIND_CANDIDACY, evidence_candidacy },
	{ KIND_DRAW, evidence_draw },
	{ KIND_INVITATION, evidence_invitation },
};

static const struct verifier *verifier_of(const struct jws *j, struct err *e)
{
	for (size_t i = 0; i < sizeof(verifiers) / sizeof(verifiers[0]); i++)
		if (jws_is(j, verifiers[i].kind, NULL))
			return &verifiers[i];
	err_set(e, "feature_unsupported", "this program knows no evidence of the kind \"%.60s\"", j->typ);
	return NULL;
}

const char *evidence_kind(const struct jws *j, struct err *e)
{
	const struct verifier *v = verifier_of(j, e);

	return v == NULL ? NULL : v->kind;
}

static bool verify_all(struct gathering *g, const struct evidence *v, struct digest *digests, struct err *e)
{
	for (size_t i = 0; i < v->objects_n; i++) {
		const struct verifier *by = verifier_of(&v->objects[i].jws, e);

		if (by != NULL && by->verify(g, &v->objects[i], &digests[i], e))
			continue;
		err_prefix(e, "evidence %zu: ", i + 1);
		return false;
	}
	return vouch_once(g->out, e) && digests_root(digests, v->objects_n, &g->out->evidence_root, e);
}

bool evidence_objects(struct gathering *g, const struct evidence *v, struct err *e)
{
	struct digest *digests;
	bool rc;

	if (v->objects_n > EVIDENCE_OBJECTS_MAX)
		return err_set(e, "out_of_range", "there are at most %d objects of evidence", EVIDENCE_OBJECTS_MAX);
	digests = calloc(v->objects_n + 1, sizeof(*digests));
	g->met = calloc(v->objects_n + 1, sizeof(*g->met));
	g->out->approvals = calloc(EVIDENCE_WORDS_MAX, sizeof(*g->out->approvals));
	g->out->vouches = calloc(v->objects_n + 1, sizeof(*g->out->vouches));
	rc = digests != NULL && g->met != NULL && g->out->approvals != NULL && g->out->vouches != NULL;
	rc = rc ? verify_all(g, v, digests, e) : err_memory(e);
	free(digests);
	return rc;
}
