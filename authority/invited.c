/* SPDX-License-Identifier: ISC */
#include "authority/invited.h"

#include <string.h>

#include "authority/charters.h"
#include "authority/intend.h"
#include "voting/candidacy.h"
#include "voting/draw.h"

static bool notary_of(const struct charter *c, const struct jws *j, const struct digest *signer, const struct sig_pub **by, struct err *e)
{
	const struct charter_key *notary;
	struct draw d;

	if (!draw_parse(j, &d, e))
		return false;
	notary = charter_notary(c, signer, d.iat);
	*by = notary == NULL ? NULL : &notary->key;
	return true;
}

static bool stands(const struct voter *v, const struct digest *key)
{
	return v != NULL && v->elector && evidence_has_key(v->keys, v->keys_n, key) && evidence_status(v, key) == VOTE_COUNTED;
}

bool invited_by(
	const struct charter *c, const struct voter *standing, const struct stored_invitation *v, const struct sig_pub **by, struct err *e)
{
	const struct requirement *rule = charter_invitation_rule(c);
	const struct charter_person *person = charter_operator(c, &v->signer);
	const bool drawn = jws_is(&v->by, KIND_DRAW, NULL);

	*by = NULL;
	if (rule == NULL || drawn != (rule->invitation.draw > 0))
		return true;
	if (drawn)
		return notary_of(c, &v->by, &v->signer, by, e);
	if (rule->invitation.by_operators != !v->has_member)
		return true;
	if (v->has_member)
		*by = stands(standing, &v->signer) ? &v->member_key : NULL;
	else if (person != NULL)
		*by = &person->key;
	return true;
}

static void take(struct evidence *ev, struct jws *j, const struct sig_pub *key)
{
	ev->objects[ev->objects_n++] = (struct evidence_object){ .jws = *j, .key = *key, .signature_known = true };
	memset(j, 0, sizeof(*j));
}

bool invited_add(struct evidence *ev, struct stored_invitation *v, const struct sig_pub *by, struct err *e)
{
	struct candidacy c;

	if (!candidacy_parse(&v->candidacy, &c, e))
		return false;
	take(ev, &v->candidacy, &c.key);
	take(ev, &v->by, by);
	return true;
}

/* ---- in records */

static bool candidate_key(const struct record_object *o, bool *is, struct sig_pub *key, struct err *e)
{
	struct at at = at_root(o->object, e);
	struct candidacy c;
	struct jws j;
	bool ok;

	if (!jws_read(&at, &j))
		return false;
	*is = jws_is(&j, KIND_CANDIDACY, NULL);
	ok = !*is || candidacy_parse(&j, &c, e);
	if (ok && *is)
		*key = c.key;
	jws_free(&j);
	return ok;
}

static bool charter_key_of(struct worker *w, int32_t g, uint32_t version, const struct digest *signer, struct sig_pub *key, struct err *e)
{
	const struct charter_person *person;
	const struct charter *c;

	if (!charters_by_version(w, g, version, &c, e))
		return false;
	person = charter_operator(c, signer);
	if (person != NULL)
		*key = person->key;
	for (size_t i = 0; i < c->authority.notaries_n; i++)
		if (digest_compare(&c->authority.notaries[i].thumb, signer) == 0)
			*key = c->authority.notaries[i].key;
	return true;
}

bool invited_read(struct worker *w, int32_t g, const PGresult *r, int row, struct ballots *b, struct record_object *o, struct err *e)
{
	struct record_place *p = &b->places[b->places_n];
	struct digest signer;
	bool candidacy;

	if (!candidate_key(o, &candidacy, &o->key, e))
		return false;
	if (candidacy)
		return true;
	if (!res_digest(r, row, 4, &signer))
		return err_set(e, "database_error", "an invitation of the store has a key of the wrong length");
	if (res_null(r, row, 3))
		return charter_key_of(w, g, (uint32_t)res_int(r, row, 5), &signer, &o->key, e);
	if (!res_id16(r, row, 3, &p->elector.member) || !pub_read(res_bytes(r, row, 6), &o->key))
		return err_set(e, "database_error", "an invitation of the store has a member or key of the wrong length");
	o->place = p;
	b->places_n++;
	return true;
}
