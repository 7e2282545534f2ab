/* SPDX-License-Identifier: ISC */
#include "authority/archive_texts.h"

#include <stdlib.h>
#include <string.h>

bool archive_texts(
	struct worker *w, const struct group *g, uint64_t number, const struct digest *subject, struct archived_texts *out, struct err *e)
{
	/* UNION leaves out what stands twice: a voter may give another's reason, salt and all. */
	static const struct statement st = {
		"archive_texts",
		"SELECT salt, 'statement', statement FROM applications WHERE g = $1 AND digest = $2 AND statement IS NOT NULL"
		" UNION SELECT salt, 'reason', reason FROM objects WHERE g = $1 AND digest = $2 AND reason IS NOT NULL"
		" UNION SELECT v.salt, 'reason', v.reason FROM ballots b JOIN votes v ON v.g = b.g AND v.digest = b.vote"
		" WHERE b.g = $1 AND b.number = $3 AND v.reason IS NOT NULL"
		" UNION SELECT c.salt, 'reason', c.reason FROM motion_complaints x JOIN complaints c ON c.g = x.g AND c.digest = x.complaint"
		" WHERE x.g = $1 AND x.motion = $2 AND c.reason IS NOT NULL"
		" UNION SELECT v.salt, 'reason', v.reason FROM evidence x JOIN vouches v ON v.g = x.g AND v.digest = x.object"
		" WHERE x.g = $1 AND x.number = $3 AND v.reason IS NOT NULL ORDER BY 1, 2",
	};
	struct db_args a = { 0 };

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g->g);
	arg_digest(&a, subject);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &out->r, e))
		return false;
	out->n = (size_t)PQntuples(out->r);
	out->list = calloc(out->n + 1, sizeof(*out->list));
	if (out->list == NULL) {
		archived_texts_free(out);
		return err_memory(e);
	}
	for (size_t i = 0; i < out->n; i++) {
		const struct slice salt = res_bytes(out->r, (int)i, 0);
		struct record_text *t = &out->list[i];

		t->of = res_text(out->r, (int)i, 1);
		t->text = res_text(out->r, (int)i, 2);
		memcpy(t->salt, salt.p, salt.n < sizeof(t->salt) ? salt.n : sizeof(t->salt));
	}
	return true;
}

void archived_texts_free(struct archived_texts *t)
{
	free(t->list);
	PQclear(t->r);
	memset(t, 0, sizeof(*t));
}
