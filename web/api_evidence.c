/* SPDX-License-Identifier: ISC
 * Vouches, and challenges that applicants, voters and vouchers met. */
#include "voting/challenge.h"
#include "voting/vouch.h"
#include "web/idempotency.h"

/* The address names what it is about; what is about something else was sent to the wrong place. */
static bool same(const struct digest *subject, const struct digest *address, struct err *e)
{
	return digest_compare(subject, address) == 0 ||
		err_set(e, "wrong_context", "what was sent is about something else than this address");
}

static bool vouch_is_for(const struct jws *j, const struct digest *application, struct err *e)
{
	struct vouch v;

	return vouch_parse(j, &v, e) && same(&v.application, application, e);
}

static bool challenge_is_about(const struct jws *j, const struct digest *application, struct err *e)
{
	struct challenge c;

	return challenge_parse(j, &c, e) && same(&c.subject, application, e);
}

static void post_vouch(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct digest application;
	struct signed_body b;
	bool ok = api_digest(q, "digest", &application, &e) && signed_body_read(q, "vouch", "reason", &b, &e);

	if (ok) {
		ok = vouch_is_for(&b.jws, &application, &e) &&
			act_vouch(api->w, request_arg(q, "g"), &b.jws, b.envelope, signed_body_text(&b), &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_vouch(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_vouch);
}

/* application NULL: about the proposal that the challenge names. */
static void post_challenge(struct api *api, const struct request *q, const struct digest *application, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct signed_body b;
	bool ok = signed_body_read(q, "challenge", NULL, &b, &e);

	if (ok) {
		ok = (application == NULL || challenge_is_about(&b.jws, application, &e)) &&
			act_challenge(api->w, request_arg(q, "g"), application == NULL, &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

static void post_application_challenge(struct api *api, const struct request *q, struct reply *r)
{
	struct digest application;
	struct err e = { 0 };

	if (api_digest(q, "digest", &application, &e))
		post_challenge(api, q, &application, r);
	else
		reply_problem(r, &e);
}

static void post_proposal_challenge(struct api *api, const struct request *q, struct reply *r)
{
	struct err e = { 0 };
	uint64_t number;

	if (api_number(q, "number", JSON_INT_MAX, &number, &e))
		post_challenge(api, q, NULL, r);
	else
		reply_problem(r, &e);
}

void api_post_application_challenge(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_application_challenge);
}

void api_post_proposal_challenge(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_proposal_challenge);
}

typedef json_t *reader(struct worker *w, const struct group *g, const struct digest *application, struct err *e);

static void get_list(struct api *api, const struct request *q, struct reply *r, reader *read)
{
	struct digest application;
	struct err e = { 0 };
	struct group g;
	bool ok = api_digest(q, "digest", &application, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read(api->w, &g, &application, &e) : NULL, &e);
}

void api_get_vouches(void *ctx, const struct request *q, struct reply *r)
{
	get_list(ctx, q, r, read_vouches);
}

void api_get_challenges(void *ctx, const struct request *q, struct reply *r)
{
	get_list(ctx, q, r, read_challenges);
}
