/* SPDX-License-Identifier: ISC
 * Vouches for an application, and the challenges that its applicant met. */
#include "authority/read.h"

#include "authority/store_application.h"
#include "authority/store_challenge.h"
#include "authority/value.h"

static json_t *vouch(const PGresult *r, int i)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o*}", "vouch", column_digest(r, i, 0), "member", column_id16(r, i, 1), "name",
		column_text(r, i, 2), "time", column_int(r, i, 3), "age", column_int(r, i, 4), "live", column_int(r, i, 5), "reason",
		column_text(r, i, 6));
}

json_t *read_vouches(struct worker *w, const struct group *g, const struct digest *application, struct err *e)
{
	static const struct statement st = {
		"read_vouches",
		"SELECT v.digest, v.member, m.name, v.time, v.age, v.live, v.reason FROM vouches v"
		" JOIN members m ON m.g = v.g AND m.member = v.member WHERE v.g = $1 AND v.application = $2 ORDER BY v.idx LIMIT 1024",
	};
	json_t *doc = json_pack("{s:[]}", "vouches"), *list = json_object_get(doc, "vouches");
	struct stored_application known;
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_digest(&a, application);
	ok = (doc != NULL || err_memory(e)) && store_application_load(w, g->g, application, STORE_READ, &known, e) &&
		db_run(w->db, &st, &a, &r, e);
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
	struct stored_application known;
	bool ok = (doc != NULL || err_memory(e)) && store_application_load(w, g->g, application, STORE_READ, &known, e);

	if (ok) {
		claim.key = known.key;
		ok = store_challenge_all(w, g->g, &claim, 1, &met, e);
	}
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
