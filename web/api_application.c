/* SPDX-License-Identifier: ISC
 * Applications: applying, where it stands, operators' words, withdrawal. */
#include "voting/operator.h"
#include "web/idempotency.h"

/* Seconds after which it is worth asking again. */
enum { AFTER_APPLYING = 2, WHILE_WAITING = 5 };

void api_get_applications(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct group g;
	struct page p;
	bool ok = api_page(q, &p, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_applications(api->w, &g, form_get(&q->query, "state"), &p, &e) : NULL, &e);
}

void api_get_application(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct err e = { 0 };
	struct digest application;
	bool waits = false;
	struct group g;
	bool ok = api_digest(q, "digest", &application, &e) && api_group(api, q, &g, &e);

	api_give(q, r, ok ? read_application(api->w, &g, &application, &waits, &e) : NULL, &e);
	if (waits)
		reply_header(r, "Retry-After", "%u", (unsigned)WHILE_WAITING);
}

static void post_application(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	char origin[API_URL_MAX];
	struct signed_body b;
	bool ok = api_origin(api, q, origin, &e) && signed_body_read_ticketed(q, "application", "statement", &b, &e);

	if (ok) {
		const struct ticket_in ticket = { b.ticket, origin };

		ok = act_apply(
			api->w, request_arg(q, "g"), &b.jws, b.envelope, signed_body_text(&b), b.ticket != NULL ? &ticket : NULL, &a, &e);
		signed_body_free(&b);
	}
	if (ok)
		reply_header(r, "Location", "/v1/groups/%s/applications/%s", request_arg(q, "g"), a.id);
	api_accept(r, ok, &a, AFTER_APPLYING, &e);
}

void api_post_application(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_application);
}

/* The address names what the word is about; a word about something else was sent to the wrong place. */
static bool is_about(const struct jws *word, const struct digest *subject, struct err *e)
{
	struct operator_word w;

	if (!operator_parse(word, &w, e))
		return false;
	return digest_compare(&w.subject, subject) == 0 ||
		err_set(e, "wrong_context", "the word is about something else than this address");
}

static void post_word(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct digest subject;
	struct signed_body b;
	bool ok = api_digest(q, "digest", &subject, &e) && signed_body_read(q, "word", NULL, &b, &e);

	if (ok) {
		ok = is_about(&b.jws, &subject, &e) && act_word(api->w, request_arg(q, "g"), &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_word(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_word);
}

static void post_withdrawal(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	struct digest application;
	struct signed_body b;
	bool ok = api_digest(q, "digest", &application, &e) && signed_body_read(q, "withdrawal", NULL, &b, &e);

	if (ok) {
		ok = act_withdraw(api->w, request_arg(q, "g"), &application, &b.jws, b.envelope, &a, &e);
		signed_body_free(&b);
	}
	api_accept(r, ok, &a, 0, &e);
}

void api_post_withdrawal(void *ctx, const struct request *q, struct reply *r)
{
	idempotent(ctx, q, r, post_withdrawal);
}
