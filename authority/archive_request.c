/* SPDX-License-Identifier: ISC */
#include "authority/archive_request.h"

#include "authority/electors.h"
#include "authority/store_key.h"

static bool place(struct worker *w, int32_t g, uint64_t number, struct record_place *out, struct err *e)
{
	struct electorate el = { 0 };
	struct merkle_tree t = { 0 };
	int64_t at = -1;
	bool ok;

	if (!electors_of(w, g, number, &el, e))
		return false;
	ok = electorate_tree(&el, &t, e);
	if (ok)
		at = electorate_find(&el, &out->elector.member);
	if (ok && at < 0)
		ok = err_set(
			e, "database_error", "the member that proposal %llu is about is not in its electorate", (unsigned long long)number);
	if (ok) {
		out->elector = el.e[at];
		out->index = (uint64_t)at;
		out->path_n = merkle_tree_inclusion(&t, (uint64_t)at, el.n, out->path);
	}
	merkle_tree_free(&t);
	electorate_free(&el);
	return ok;
}

bool archive_request(
	struct worker *w, const struct group *g, uint64_t number, const struct id16 *member, struct archived_request *out, struct err *e)
{
	struct stored_key k;
	bool found;

	out->place = (struct record_place){ .elector = { .member = *member } };
	if (!place(w, g->g, number, &out->place, e) || !store_key_find(w, g->g, &out->place.elector.key, &found, &k, e))
		return false;
	out->holder = (struct record_signed){ NULL, k.pub, &out->place };
	return found || err_set(e, "database_error", "an elector's key is not in the store");
}
