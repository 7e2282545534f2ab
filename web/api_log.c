/* SPDX-License-Identifier: ISC
 * The group log: head, entries, proofs. */
#include "web/api.h"

void api_get_head(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;

	api_give(q, r, api_group(api, q, &g, &e) ? read_head(api->w, &g, &e) : NULL, &e);
}

/* A number of the query that must be there. */
static bool number(const struct request *q, const char *name, int64_t *out, struct err *e)
{
	if (form_get(&q->query, name) == NULL)
		return err_set(e, "missing_member", "the query needs %s", name);
	return form_int(&q->query, name, 0, JSON_INT_MAX, 0, out, e);
}

void api_get_entries(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	int64_t from, limit;
	struct group g;
	bool ok = form_int(&q->query, "from", 0, JSON_INT_MAX, 0, &from, &e) &&
		form_int(&q->query, "limit", 1, READ_ENTRIES_MAX, READ_ENTRIES_MAX, &limit, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_entries(api->w, &g, (uint64_t)from, (uint32_t)limit, &e) : NULL, &e);
}

void api_get_inclusion(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	int64_t index, size;
	struct group g;
	bool ok = number(q, "index", &index, &e) && number(q, "size", &size, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_inclusion(api->w, &g, (uint64_t)index, (uint64_t)size, &e) : NULL, &e);
}

void api_get_consistency(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	int64_t from, to;
	struct group g;
	bool ok = number(q, "from", &from, &e) && number(q, "to", &to, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_consistency(api->w, &g, (uint64_t)from, (uint64_t)to, &e) : NULL, &e);
}
