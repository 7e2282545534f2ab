/* SPDX-License-Identifier: ISC */
#include "authority/archive_motion.h"

#include "authority/archive.h"
#include "authority/electors.h"
#include "authority/intend.h"
#include "authority/store_complaint.h"
#include "authority/store_key.h"

/* Whose keys signed the motion, in the order of the signatures. */
static bool find_movers(struct worker *w, const struct group *g, const struct jws *j, struct archived_motion *out, struct err *e)
{
	struct stored_key k;
	bool found;

	for (; out->movers_n < j->n; out->movers_n++) {
		struct record_place *place = &out->places[out->movers_n];

		if (!store_key_find(w, g->g, &j->sigs[out->movers_n].kid, &found, &k, e))
			return false;
		if (!found)
			return err_set(e, "database_error", "a motion of the store is by nobody who was a member");
		place->elector.member = k.member;
		out->movers[out->movers_n] = (struct record_signed){ NULL, k.pub, place };
	}
	return true;
}

static bool find_complaints(
	struct worker *w, const struct group *g, const struct digest *motion, struct archived_motion *out, struct err *e)
{
	PGresult *r;
	bool rc;

	if (!store_complaint_attached(w, g->g, motion, &r, e))
		return false;
	rc = PQntuples(r) <= MOTION_COMPLAINTS_MAX || err_set(e, "database_error", "a motion of the store has too many complaints");
	for (int i = 0; rc && i < PQntuples(r); i++) {
		struct record_signed *x = &out->complaints[out->complaints_n];
		struct record_place *place = &out->places[out->movers_n + out->complaints_n];

		x->object = archive_document(res_text(r, i, 0), e);
		out->complaints_n++;
		x->place = place;
		rc = x->object != NULL &&
			((res_id16(r, i, 1, &place->elector.member) && pub_read(res_bytes(r, i, 2), &x->key)) ||
				err_set(e, "database_error", "a complaint of the store has a member or key of the wrong length"));
	}
	PQclear(r);
	return rc;
}

static bool place_all(struct worker *w, const struct group *g, uint64_t number, struct archived_motion *out, struct err *e)
{
	struct electorate el = { 0 };
	struct merkle_tree t = { 0 };
	bool ok;

	if (!electors_of(w, g->g, number, &el, e))
		return false;
	ok = electorate_tree(&el, &t, e);
	for (size_t i = 0; ok && i < out->movers_n + out->complaints_n; i++) {
		struct record_place *p = &out->places[i];
		int64_t at = electorate_find(&el, &p->elector.member);

		ok = at >= 0 || err_set(e, "database_error", "whoever made a motion or complaint of the store is not in its electorate");
		if (!ok)
			break;
		p->elector = el.e[at];
		p->index = (uint64_t)at;
		p->path_n = merkle_tree_inclusion(&t, (uint64_t)at, el.n, p->path);
	}
	merkle_tree_free(&t);
	electorate_free(&el);
	return ok;
}

bool archive_motion(struct worker *w, const struct group *g, uint64_t number, const struct digest *digest, const json_t *motion,
	struct archived_motion *out, struct err *e)
{
	struct at at = at_root(motion, e);
	struct jws j;
	bool rc;

	if (!jws_read(&at, &j))
		return false;
	rc = find_movers(w, g, &j, out, e) && find_complaints(w, g, digest, out, e) && place_all(w, g, number, out, e);
	jws_free(&j);
	return rc;
}

void archived_motion_free(struct archived_motion *m)
{
	for (size_t i = 0; i < m->complaints_n; i++)
		json_decref((json_t *)(uintptr_t)m->complaints[i].object);
	m->complaints_n = 0;
}
