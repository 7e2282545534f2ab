/* SPDX-License-Identifier: ISC
 * Challenges that this authority sets: asking for them, what they show, and answers, which are all looked at by one call that wait. */
#include <stdlib.h>
#include <string.h>

#include "authority/altcha.h"
#include "authority/external.h"
#include "web/api.h"
#include "web/queue.h"

static void post_ticket(struct api *api, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	char origin[API_URL_MAX];
	struct signed_body b;
	bool ok = api_origin(api, q, origin, &e) && signed_body_read(q, "request", NULL, &b, &e);

	if (ok) {
		ok = act_ticket(api->w, request_arg(q, "g"), &b.jws, origin, &a, &e);
		signed_body_free(&b);
	}
	if (ok) {
		reply_header(r, "Location", "/v1/groups/%s/challenges/%s", request_arg(q, "g"), a.id);
		reply_header(r, "Cache-Control", "no-store");
		reply_buf(r, 201, "application/json", &a.text);
	} else {
		reply_problem(r, &e);
	}
	answer_free(&a);
}

void api_post_ticket(void *ctx, const struct request *q, struct reply *r)
{
	post_ticket(ctx, q, r);
}

/* What the address and its query say: which challenge, under which terms, and where the request came in. */
struct named {
	const char *group, *terms;
	struct id16 id;
	char origin[API_URL_MAX];
};

static bool read_named(struct api *api, const struct request *q, struct named *out, struct err *e)
{
	out->group = request_arg(q, "g");
	out->terms = form_get(&q->query, "terms");
	return api_id16(q, "id", &out->id, e) && api_origin(api, q, out->origin, e) &&
		(out->terms != NULL || err_set(e, "bad_request", "the address lacks ?terms=, as the challenge came with"));
}

void api_get_ticket(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct answer a = { 0 };
	struct err e = { 0 };
	struct named n;

	if (read_named(api, q, &n, &e) && act_ticket_state(api->w, n.group, &n.id, n.terms, n.origin, &a, &e)) {
		reply_header(r, "Cache-Control", "no-store");
		reply_buf(r, 200, "application/json", &a.text);
	} else {
		reply_problem(r, &e);
	}
	answer_free(&a);
}

/* A browser may keep it for as long as the puzzle lives: it is given out once. */
static void give(struct api *api, const struct request *q, struct reply *r, bool sound, const char *type)
{
	struct buf bytes = { 0 };
	struct err e = { 0 };
	struct named n;
	int64_t part;

	if (read_named(api, q, &n, &e) && form_int(&q->query, "part", 0, 8, 0, &part, &e) &&
		act_give(api->w, n.group, &n.id, n.terms, n.origin, sound, (unsigned)part, &bytes, &e)) {
		reply_header(r, "Cache-Control", "private, max-age=300");
		reply_buf(r, 200, type, &bytes);
	} else {
		reply_problem(r, &e);
	}
	buf_free(&bytes);
}

void api_get_image(void *ctx, const struct request *q, struct reply *r)
{
	give(ctx, q, r, false, "image/png");
}

void api_get_audio(void *ctx, const struct request *q, struct reply *r)
{
	give(ctx, q, r, true, "audio/wav");
}

void api_get_work(void *ctx, const struct request *q, struct reply *r)
{
	struct api *api = ctx;
	struct answer a = { 0 };
	struct err e = { 0 };
	struct named n;

	if (read_named(api, q, &n, &e) && act_give_work(api->w, n.group, &n.id, n.terms, n.origin, &a, &e)) {
		reply_header(r, "Cache-Control", "no-store");
		reply_buf(r, 200, "application/json", &a.text);
	} else {
		reply_problem(r, &e);
	}
	answer_free(&a);
}

static bool take_token(struct api *api, const struct request *q, const json_t *doc, struct answer *a, struct err *e)
{
	static const char *const members[] = { "terms", "token", NULL };
	struct at root = at_root(doc, e);
	const char *terms, *token;
	char origin[API_URL_MAX];
	struct id16 id;

	return at_only(&root, members) && at_string(&root, "terms", 1, TERMS_TEXT, &terms) &&
		at_string(&root, "token", 1, EXTERNAL_TOKEN_MAX, &token) && api_id16(q, "id", &id, e) && api_origin(api, q, origin, e) &&
		act_token(api->w, request_arg(q, "g"), &id, terms, origin, token, a, e);
}

void api_post_token(void *ctx, const struct request *q, struct reply *r)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	json_t *doc = json_read(q->body, API_BODY_MAX, &e);

	if (doc != NULL && take_token(ctx, q, doc, &a, &e))
		reply_buf(r, 200, "application/json", &a.text);
	else
		reply_problem(r, &e);
	json_decref(doc);
	answer_free(&a);
}

/* ---- answers */

struct batch {
	struct answer_in in[QUEUE_BATCH_MAX];
	json_t *doc[QUEUE_BATCH_MAX]; /* owned */
	char origin[QUEUE_BATCH_MAX][API_URL_MAX];
	size_t of[QUEUE_BATCH_MAX]; /* which request each came from */
	size_t n;
};

static bool read_answer(const struct request *q, json_t *doc, struct answer_in *in, struct err *e)
{
	static const char *const members[] = { "terms", "answer", NULL };
	struct at root = at_root(doc, e);

	in->group = request_arg(q, "g");
	return at_only(&root, members) && at_string(&root, "terms", 1, TERMS_TEXT, &in->terms) &&
		at_string(&root, "answer", 1, ALTCHA_SOLUTION_MAX, &in->text);
}

static bool add(struct api *api, struct batch *b, const struct request *q, size_t i, struct err *e)
{
	struct answer_in *in = &b->in[b->n];
	json_t *doc;

	memset(in, 0, sizeof(*in));
	if (!api_id16(q, "id", &in->id, e) || !api_origin(api, q, b->origin[b->n], e) ||
		(doc = json_read(q->body, API_BODY_MAX, e)) == NULL)
		return false;
	if (!read_answer(q, doc, in, e)) {
		json_decref(doc);
		return false;
	}
	in->origin = b->origin[b->n];
	b->doc[b->n] = doc;
	b->of[b->n++] = i;
	return true;
}

static void finish(struct batch *b, struct reply *const *r)
{
	for (size_t k = 0; k < b->n; k++) {
		if (err_ok(&b->in[k].e))
			reply_buf(r[b->of[k]], 200, "application/json", &b->in[k].answer.text);
		else
			reply_problem(r[b->of[k]], &b->in[k].e);
		answer_free(&b->in[k].answer);
		json_decref(b->doc[k]);
	}
}

void api_post_answers(void *ctx, const struct request *const *q, struct reply *const *r, size_t n)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct api *api = ctx;

	for (size_t i = 0; i < n; i++) {
		struct err e = { 0 };

		if (b == NULL ? !err_memory(&e) : !add(api, b, q[i], i, &e))
			reply_problem(r[i], &e);
	}
	if (b == NULL)
		return;
	if (b->n > 0)
		act_answer(api->w, b->in, b->n);
	finish(b, r);
	free(b);
}
