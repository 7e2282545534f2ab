/* SPDX-License-Identifier: ISC
 * Candidates, what members measured of them, and who invites them. */
#include "web/idempotency.h"

typedef bool act(struct worker *w, const char *group, const struct jws *j, const json_t *doc, struct answer *out, struct err *e);

static void post(struct api *api, const struct request *q, struct reply *r, const char *name, act *run)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, name, NULL, &b, &e);

	if (ok) {
		ok = run(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

static void post_candidate(struct api *api, const struct request *q, struct reply *r)
{
	post(api, q, r, "candidacy", act_candidate);
}

static void post_measurement(struct api *api, const struct request *q, struct reply *r)
{
	post(api, q, r, "measurement", act_measure);
}

static void post_invitation(struct api *api, const struct request *q, struct reply *r)
{
	post(api, q, r, "invitation", act_invite);
}

void api_get_candidates(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;
	struct page p;
	bool ok = api_page(q, &p, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_candidates(api->w, &g, &p, &e) : NULL, &e);
}

void api_post_candidate(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_candidate);
}

void api_post_measurement(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_measurement);
}

void api_post_invitation(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_invitation);
}
