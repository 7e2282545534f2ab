/* SPDX-License-Identifier: ISC
 * Charters: the chain, its drafts, and proposing a next one. */
#include <string.h>

#include "web/idempotency.h"

void api_get_charters(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;

	api_give(q, r, group_any(api->w, request_arg(q, "g"), &g, &e) ? read_charters(api->w, &g, &e) : NULL, &e);
}

void api_get_charter(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	uint64_t version = 0;
	struct group g;
	bool ok = strcmp(request_arg(q, "n"), "current") == 0 || api_number(q, "n", INT32_MAX, &version, &e);

	api_give(q, r, ok && api_group(api, q, &g, &e) ? read_charter(api->w, &g, (uint32_t)version, &e) : NULL, &e);
}

void api_get_draft(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct digest draft;
	struct group g;
	bool ok = api_digest(q, "digest", &draft, &e) && group_any(api->w, request_arg(q, "g"), &g, &e);

	api_give(q, r, ok ? read_draft(api->w, &g, &draft, &e) : NULL, &e);
}

static void post_freeze(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "freeze", NULL, &b, &e);

	if (ok) {
		ok = act_freeze(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_freeze(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_freeze);
}

static void post_charter(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	json_t *doc = json_read(q->body, API_CHARTER_MAX, &e);
	bool ok = doc != NULL && act_propose_charter(api->w, request_arg(q, "g"), doc, &a, &e);

	if (ok)
		reply_header(r, "Location", "/v1/groups/%s/drafts/%s", request_arg(q, "g"), a.id);
	api_accept(r, ok, &a, 0, &e);
	json_decref(doc);
}

void api_post_charter(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_charter);
}
