/* SPDX-License-Identifier: ISC
 * Invitations as evidence: a candidacy by the applicant's key, and a draw or an invitation that names it. That it was still good when the
 * application came is for the log to say: an entry of that time stands there, and the proposal shows that there was one. */

#include "peer/evidence_state.h"
#include "voting/candidacy.h"
#include "voting/invitation.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

static bool one_more(bool *had, struct err *e)
{
	if (*had)
		return err_set(e, "evidence_unasked", "an applicant is invited once: there is one candidacy, and one draw or invitation");
	*had = true;
	return true;
}

/* A rule for this way of inviting, in a group that is asked whom to admit. */
static bool allowed(const struct gathering *g, bool by_draw, struct err *e)
{
	const struct requirement *rule = g->p->question == Q_ADMIT ? charter_invitation_rule(g->ch) : NULL;

	return (rule != NULL && (rule->invitation.draw > 0) == by_draw) ||
		err_set(e, "not_allowed", "the charter invites nobody in this way");
}

static bool in_time(const struct gathering *g, int64_t iat, struct err *e)
{
	return iat <= g->p->opened + EVIDENCE_SLACK ||
		err_set(e, "invitation_late", "the applicant was invited after the group was asked about it");
}

static bool signed_by(struct gathering *g, const struct evidence_object *o, const struct sig_pub *key, struct err *e)
{
	if (o->jws.n != 1)
		return err_set(e, "bad_jws", "candidacies, draws and invitations have one signature; this has %zu", o->jws.n);
	if (!sig_pub_equal(key, &o->key))
		return err_set(e, "wrong_key", "the key beside a candidacy, draw or invitation is not the one that signed it");
	return o->signature_known || jws_verify(g->c, &o->jws, 0, key, e);
}

bool evidence_candidacy(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	struct candidacy v;

	if (!candidacy_parse(&o->jws, &v, e) || !one_more(&g->invited.candidacy, e))
		return false;
	if (g->p->question != Q_ADMIT || charter_invitation_rule(g->ch) == NULL)
		return err_set(e, "not_allowed", "the charter asks for no invitation");
	if (!same(&v.genesis, &g->p->genesis) || !same(&v.thumb, &g->p->key))
		return err_set(e, "wrong_context", "the candidacy is of another group, or of another key than the applicant's");
	g->invited.candidate = *digest = v.digest;
	return signed_by(g, o, &v.key, e);
}

bool evidence_draw(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	struct draw *d = &g->invited.draw;
	const struct charter_key *notary;

	if (!one_more(&g->invited.by, e) || !draw_parse(&o->jws, d, e) || !allowed(g, true, e))
		return false;
	if (!same(&d->genesis, &g->p->genesis))
		return err_set(e, "wrong_context", "the draw is of another group");
	notary = o->jws.n == 1 ? charter_notary(g->ch, &o->jws.sigs[0].kid, d->iat) : NULL;
	if (notary == NULL)
		return err_set(e, "not_a_notary", "the draw is not signed by a notary that the charter names for that time");
	g->invited.object = *digest = d->digest;
	return in_time(g, d->iat, e) && signed_by(g, o, &notary->key, e);
}

/* An invitation stands for as long as whoever gave it is a member, with the key that signed it. */
static bool by_member(struct gathering *g, const struct evidence_object *o, const struct invitation *v, struct err *e)
{
	const struct digest *kid = &o->jws.sigs[0].kid;
	struct voter voter;

	if (!evidence_elector(g->view, &v->member, "inviter", &voter, e))
		return false;
	if (o->jws.n != 1 || !evidence_has_key(voter.keys, voter.keys_n, kid))
		return err_set(e, "wrong_key", "the log gives the inviter another key than the one that signed its invitation");
	if (evidence_status(&voter, kid) != VOTE_COUNTED)
		return err_set(e, "vouch_void", "the inviter is gone, or its key was revoked: its invitation is no evidence any more");
	return signed_by(g, o, &o->key, e);
}

static bool by_operator(struct gathering *g, const struct evidence_object *o, struct err *e)
{
	const struct charter_person *person = o->jws.n == 1 ? charter_operator(g->ch, &o->jws.sigs[0].kid) : NULL;

	if (person == NULL)
		return err_set(e, "not_an_operator", "the charter has no operator with the key that signed this invitation");
	return signed_by(g, o, &person->key, e);
}

bool evidence_invitation(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e)
{
	struct invitation v;

	if (!one_more(&g->invited.by, e) || !invitation_parse(&o->jws, &v, e) || !allowed(g, false, e) || !in_time(g, v.iat, e))
		return false;
	if (!same(&v.genesis, &g->p->genesis))
		return err_set(e, "wrong_context", "the invitation is to another group");
	if (charter_invitation_rule(g->ch)->invitation.by_operators != !v.has_member)
		return err_set(e, "not_allowed", "the charter lets others invite than whoever signed this");
	g->invited.named = v.candidate;
	g->invited.object = *digest = v.digest;
	return v.has_member ? by_member(g, o, &v, e) : by_operator(g, o, e);
}

bool evidence_invited(struct gathering *g, struct err *e)
{
	const struct evidence_invited *x = &g->invited;

	if (!x->candidacy && !x->by)
		return true;
	if (!x->candidacy || !x->by)
		return err_set(e, "evidence_unasked", "a candidacy or an invitation stands alone; one is nothing without the other");
	if (x->draw.drawn_n > 0 ? !draw_names(&x->draw, &x->candidate) : !same(&x->named, &x->candidate))
		return err_set(e, "not_invited", "the draw or invitation names another candidacy than the applicant's");
	g->out->invited = true;
	g->out->candidacy = x->candidate;
	g->out->invited_by = x->object;
	return true;
}
