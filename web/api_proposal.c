/* SPDX-License-Identifier: ISC
 * Proposals, motions that bring them, and records. */
#include <string.h>

#include "web/idempotency.h"

static bool wants_open(const struct request *q, bool *open, struct err *e)
{
	const char *state = form_get(&q->query, "state");

	*open = state == NULL || strcmp(state, "open") == 0;
	return *open || strcmp(state, "all") == 0 || err_set(e, "bad_value", "state is open or all");
}

void api_get_proposals(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;
	struct page p;
	bool open, ok = wants_open(q, &open, &e) && api_page(q, &p, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_proposals(api->w, &g, open, &p, &e) : NULL, &e);
}

void api_get_proposal(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	uint64_t number;
	struct group g;
	bool ok = api_number(q, "number", JSON_INT_MAX, &number, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_proposal(api->w, &g, number, &e) : NULL, &e);
}

static void post_proposal(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "motion", "reason", &b, &e);

	if (ok) {
		ok = act_move(api->w, request_arg(q, "g"), &b.jws, b.envelope, signed_body_text(&b), &a, &e);
		signed_body_free(&b);
	}
	if (ok)
		reply_header(r, "Location", "/v1/groups/%s/proposals/%s", request_arg(q, "g"), a.id);
	api_accept(r, ok, &a, 0, &e);
}

void api_post_proposal(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_proposal);
}

void api_get_record(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	uint64_t number;
	struct group g;
	bool ok = api_number(q, "number", JSON_INT_MAX, &number, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_record(api->w, &g, number, &e) : NULL, &e);
}
