/* SPDX-License-Identifier: ISC
 * Vouches for an application or recovery, and the challenges that were met for it. */
#include "authority/read.h"

#include "authority/store_application.h"
#include "authority/store_challenge.h"
#include "authority/store_proposal.h"
#include "authority/value.h"

static json_t *vouch(const PGresult *r, int i)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o*}", "vouch", column_digest(r, i, 0), "member", column_id16(r, i, 1), "name",
		column_text(r, i, 2), "time", column_int(r, i, 3), "age", column_int(r, i, 4), "live", column_int(r, i, 5), "reason",
		column_text(r, i, 6));
}

/* An application, or a request that the group was asked about. key: whose it is. */
static bool known_subject(struct worker *w, const struct group *g, const struct digest *subject, struct digest *key, struct err *e)
{
	struct stored_application a;
	struct stored_proposal p;
	uint64_t number;

	if (!store_proposal_about(w, g->g, subject, &number, e))
		return false;
	if (number > 0 && !store_proposal_load(w, g->g, number, STORE_READ, &p, e))
		return false;
	if (number > 0 && (p.question == Q_RENEW || p.question == Q_RECOVER)) {
		*key = p.p.key;
		return true;
	}
	if (!store_application_load(w, g->g, subject, STORE_READ, &a, e))
		return false;
	*key = a.key;
	return true;
}

json_t *read_vouches(struct worker *w, const struct group *g, const struct digest *application, struct err *e)
{
	static const struct statement st = {
		"read_vouches",
		"SELECT v.digest, v.member, m.name, v.time, v.age, v.live, v.reason FROM vouches v"
		" JOIN members m ON m.g = v.g AND m.member = v.member WHERE v.g = $1 AND v.application = $2 ORDER BY v.idx LIMIT 1024",
	};
	json_t *doc = json_pack("{s:[]}", "vouches"), *list = json_object_get(doc, "vouches");
	struct db_args a = { 0 };
	struct digest key;
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_digest(&a, application);
	ok = (doc != NULL || err_memory(e)) && known_subject(w, g, application, &key, e) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list, vouch(r, i)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

json_t *read_challenges(struct worker *w, const struct group *g, const struct digest *application, struct err *e)
{
	json_t *doc = json_pack("{s:[]}", "challenges"), *list = json_object_get(doc, "challenges");
	struct challenge_claim claim = { .subject = *application };
	struct stored_challenges met = { 0 };
	bool ok = (doc != NULL || err_memory(e)) && known_subject(w, g, application, &claim.key, e) &&
		store_challenge_all(w, g->g, &claim, 1, &met, e);

	for (size_t i = 0; ok && i < met.n; i++) {
		json_t *one = challenge_print(&met.v[i].c);

		ok = json_array_append_new(list,
			     json_pack("{s:o,s:O,s:I,s:I}", "challenge", value_digest(&met.v[i].c.digest), "met",
				     json_object_get(one, "met"), "iat", (json_int_t)met.v[i].c.iat, "until",
				     (json_int_t)met.v[i].c.until)) == 0 ||
			err_memory(e);
		json_decref(one);
	}
	stored_challenges_free(&met);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}
