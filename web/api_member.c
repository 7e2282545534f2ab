/* SPDX-License-Identifier: ISC
 * Members, and what they ask for about their certificates. */
#include <string.h>

#include "web/idempotency.h"

void api_get_members(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;
	struct page p;
	bool ok = api_page(q, &p, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_members(api->w, &g, &p, &e) : NULL, &e);
}

void api_get_member(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct id16 member;
	struct group g;
	bool ok = api_id16(q, "member", &member, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_member(api->w, &g, &member, &e) : NULL, &e);
}

/* Which of the two came stands in the envelope; the member's name must fit. */
static bool is_rekeying(const struct request *q, bool *out, struct err *e)
{
	json_t *doc = json_read(q->body, API_BODY_MAX, e);

	if (doc == NULL)
		return false;
	*out = json_object_get(doc, "rekey") != NULL;
	json_decref(doc);
	return true;
}

static void post_renewal(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool rekey = false, ok = is_rekeying(q, &rekey, &e) && signed_body_read(q, rekey ? "rekey" : "renewal", NULL, &b, &e);

	if (ok) {
		ok = (rekey ? act_rekey : act_renew)(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 1, &e);
}

void api_post_renewal(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_renewal);
}

static void post_recovery(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "recovery", NULL, &b, &e);

	if (ok) {
		ok = act_recover(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 1, &e);
}

void api_post_recovery(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_recovery);
}

static void post_revocation(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "revocation", NULL, &b, &e);

	if (ok) {
		ok = act_revoke(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_revocation(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_revocation);
}
