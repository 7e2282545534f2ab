/* SPDX-License-Identifier: ISC
 * Ceremonies of the members, and what they post. */
#include "web/idempotency.h"

#include "voting/post.h"

void api_get_ceremonies(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	int64_t running = 0;
	struct page p;
	struct group g;
	bool ok = api_page(q, &p, &e) && form_int(&q->query, "running", 0, 1, 0, &running, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_ceremonies(api->w, &g, running == 1, &p, &e) : NULL, &e);
}

void api_get_ceremony(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	uint64_t number;
	int64_t from = 0;
	struct group g;
	bool ok = api_number(q, "number", JSON_INT_MAX, &number, &e) && form_int(&q->query, "from", 0, BOARD_MAX, 0, &from, &e) &&
		api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_ceremony(api->w, &g, number, (uint32_t)from, &e) : NULL, &e);
}

static void post_post(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	uint64_t number;
	bool ok = api_number(q, "number", JSON_INT_MAX, &number, &e) && signed_body_read(q, "post", NULL, &b, &e);

	if (ok) {
		ok = act_post(api->w, request_arg(q, "g"), number, &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_post(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_post);
}
