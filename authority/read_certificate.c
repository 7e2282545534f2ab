/* SPDX-License-Identifier: ISC
 * What the signer signed: certificates, CRL and revocation list. */
#include "authority/read.h"

#include <string.h>

bool read_certificate(struct worker *w, const struct group *g, const struct id16 *serial, struct buf *der, struct err *e)
{
	static const struct statement st = { "read_certificate",
		"SELECT der FROM certificates WHERE g = $1 AND serial = $2 AND state = 'published'" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	arg_int4(&a, g->g);
	arg_id16(&a, serial);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 || err_set(e, "not_found", "no certificate of this serial has been published");
	if (ok)
		buf_add_slice(der, res_bytes(r, 0, 0));
	PQclear(r);
	return ok && (!der->failed || err_memory(e));
}

bool read_lists(struct worker *w, const struct group *g, struct read_lists *out, struct err *e)
{
	static const struct statement st = { "read_lists",
		"SELECT number, this, (SELECT crl FROM lists WHERE g = $1 AND crl IS NOT NULL ORDER BY number DESC LIMIT 1), doc FROM lists"
		" WHERE g = $1 ORDER BY number DESC LIMIT 1" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok;

	memset(out, 0, sizeof(*out));
	arg_int4(&a, g->g);
	if (!db_run(w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 || err_set(e, "not_found", "the group has no list yet: its signer makes one when the group is founded");
	if (ok) {
		out->number = (uint64_t)res_int(r, 0, 0);
		out->this_update = res_int(r, 0, 1);
		buf_add_slice(&out->crl, res_bytes(r, 0, 2));
		buf_add_slice(&out->doc, res_bytes(r, 0, 3));
	}
	PQclear(r);
	if (ok && !out->crl.failed && !out->doc.failed)
		return true;
	read_lists_free(out);
	return err_memory(e);
}

void read_lists_free(struct read_lists *l)
{
	buf_free(&l->crl);
	buf_free(&l->doc);
	memset(l, 0, sizeof(*l));
}
