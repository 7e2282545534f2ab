/* SPDX-License-Identifier: ISC
 * Complaints, and the contradictions that prove some of them. */
#include "web/idempotency.h"

static void post_complaint(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "complaint", "reason", &b, &e);

	if (ok) {
		ok = act_complain(api->w, request_arg(q, "g"), &b.jws, b.envelope, signed_body_text(&b), &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_complaint(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_complaint);
}

static bool about_whom(const struct request *q, const struct id16 **about, struct id16 *member, struct err *e)
{
	const char *hex = form_get(&q->query, "member");

	*about = hex == NULL ? NULL : member;
	return hex == NULL || id16_parse(hex, member) || err_set(e, "bad_value", "member is 32 hex digits");
}

void api_get_complaints(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	const struct id16 *about;
	struct err e = { 0 };
	struct id16 member;
	struct group g;
	bool ok = about_whom(q, &about, &member, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_complaints(api->w, &g, about, &e) : NULL, &e);
}

void api_get_contradictions(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	uint64_t number;
	struct group g;
	bool ok = api_number(q, "number", JSON_INT_MAX, &number, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_contradictions(api->w, &g, number, &e) : NULL, &e);
}
