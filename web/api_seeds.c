/* SPDX-License-Identifier: ISC
 * The second contributor of seeds: its commitments and its reveals. */
#include "web/idempotency.h"

static void post_seeds(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "seeds", NULL, &b, &e);

	if (ok) {
		ok = act_commit_seeds(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_seeds(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_seeds);
}

static void post_reveal(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "seed", NULL, &b, &e);

	if (ok) {
		ok = act_reveal(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_reveal(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_reveal);
}
