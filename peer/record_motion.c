/* SPDX-License-Identifier: ISC
 * The motion of a record: who moved it, and the complaints that it rests on. */
#include <string.h>

#include "peer/record_state.h"
#include "voting/complaint.h"

static bool same(const struct digest *a, const struct digest *b)
{
	return digest_compare(a, b) == 0;
}

/* ---- as it stands in the document */

static bool read_signer(struct record *r, const struct at *at, struct record_signer *out)
{
	return at_key(at, "key", &out->key) && record_read_seat(r, at, &out->seat);
}

static bool read_movers(struct record *r, const struct at *at)
{
	static const char *const members[] = { "key", "elector", NULL };
	struct at mover, list = { 0 };
	size_t n = 0;

	if (!at_member(at, "mover", &mover) || !at_only(&mover, members) || !read_signer(r, &mover, &r->movers[0]) ||
		!at_optional(at, "movers", &list) || (list.v != NULL && !at_array(&list, 1, JWS_SIGNATURES_MAX - 1, &n)))
		return false;
	for (r->movers_n = 1; r->movers_n <= n; r->movers_n++)
		if (!at_element(&list, r->movers_n - 1, &mover) || !at_only(&mover, members) ||
			!read_signer(r, &mover, &r->movers[r->movers_n]))
			return false;
	return true;
}

static bool read_complaints(struct record *r, const struct at *at)
{
	static const char *const members[] = { "object", "key", "elector", NULL };
	struct at list = { 0 }, one;
	size_t n = 0;

	if (!at_optional(at, "complaints", &list) || (list.v != NULL && !at_array(&list, 1, MOTION_COMPLAINTS_MAX, &n)))
		return false;
	for (; r->complaints_n < n; r->complaints_n++) {
		struct record_complaint *x = &r->complaints[r->complaints_n];

		if (!at_element(&list, r->complaints_n, &one) || !at_only(&one, members) || !read_signer(r, &one, &x->by) ||
			!at_jws(&one, "object", &x->jws))
			return false;
	}
	return true;
}

bool record_read_motion(struct record *r, const struct at *at)
{
	return at_jws(at, "motion", &r->motion_jws) && read_movers(r, at) && read_complaints(r, at);
}

/* ---- as it is believed */

/* Somebody of the proposal's electorate, by the key that stands there, and not the accused. */
static bool signed_by(struct record *r, const struct jws *j, size_t i, const struct record_signer *by, const char *what)
{
	struct digest thumb;

	jwk_thumbprint(&by->key, &thumb);
	if (!same(&thumb, &by->seat.elector.key))
		return err_set(r->e, "wrong_key", "the %s was signed with another key than its member's", what);
	if (id16_compare(&by->seat.elector.member, &r->proposal.member) == 0)
		return err_set(r->e, "not_allowed", "the %s is by the member that it is about", what);
	return record_seat_holds(r, &by->seat) && jws_verify(r->c, j, i, &by->key, r->e);
}

static bool moved(struct record *r)
{
	if (r->movers_n != r->motion_jws.n)
		return err_set(r->e, "movers_missing", "the motion has %zu signatures, and the record the places of %zu", r->motion_jws.n,
			r->movers_n);
	for (size_t i = 0; i < r->movers_n; i++)
		if (!signed_by(r, &r->motion_jws, i, &r->movers[i], "motion"))
			return false;
	return true;
}

/* The keys of two votes are the accused's by the notary's word; an audit of the whole log knows them. */
static bool proves(struct record *r, const struct complaint *x)
{
	const struct charter *c = r->charter;

	if (x->about == COMPLAINT_VOTES)
		c = record_charter_by(r, &x->votes[0].vote.charter);
	if (c == NULL)
		return err_set(r->e, "unknown_charter", "a complaint shows votes under a charter that the record does not have");
	return complaint_proves(r->c, x, c->voting.change, r->e);
}

static bool complaint_holds(struct record *r, const struct record_complaint *in, const struct digest *named)
{
	struct complaint x;
	bool ok;

	if (!complaint_parse(&in->jws, &x, r->e))
		return false;
	if (!same(&x.digest, named) || record_charter_by(r, &x.charter) == NULL)
		ok = err_set(r->e, "complaint_missing", "a complaint is none of those that the motion names");
	else if (in->jws.n != 1 || id16_compare(&x.by, &in->by.seat.elector.member) != 0)
		ok = err_set(r->e, "complaint_void", "a complaint stands beside another member's place than of whoever made it");
	else
		ok = complaint_fits(&x, &r->genesis, &r->proposal.member, r->proposal.opened, r->e) &&
			signed_by(r, &in->jws, 0, &in->by, "complaint") && proves(r, &x);
	complaint_free(&x);
	return ok;
}

/* Whoever moved it, and whoever complained, was a member when it was proposed. */
bool record_about_motion(struct record *r)
{
	struct motion m;

	if (!r->has_motion)
		return err_set(r->e, "bad_record", "the proposal is about a motion, and the record has none");
	if (!motion_parse(&r->motion_jws, &m, r->e))
		return false;
	if (!same(&m.digest, &r->proposal.subject) || !same(&m.genesis, &r->genesis) || m.question != Q_EXPEL ||
		id16_compare(&m.member, &r->proposal.member) != 0 || record_charter_by(r, &m.charter) == NULL)
		return err_set(r->e, "record_mixed", "the motion is not the one that the proposal is about");
	if (!motion_complete(&m, &r->motion_jws, r->charter, r->e) || !moved(r))
		return false;
	if (r->complaints_n != m.complaints_n)
		return err_set(r->e, "complaint_missing", "the motion names %zu complaints, and the record has %zu", m.complaints_n,
			r->complaints_n);
	for (size_t i = 0; i < m.complaints_n; i++)
		if (!complaint_holds(r, &r->complaints[i], &m.complaints[i]))
			return false;
	return true;
}

void record_free_motion(struct record *r)
{
	jws_free(&r->motion_jws);
	for (size_t i = 0; i < MOTION_COMPLAINTS_MAX; i++)
		jws_free(&r->complaints[i].jws);
}
