/* SPDX-License-Identifier: ISC
 * Votes: all that wait are answered by one call, and so by one commit. */
#include <stdlib.h>

#include "web/api.h"
#include "web/queue.h"

struct batch {
	struct signed_body body[QUEUE_BATCH_MAX];
	struct vote_in in[QUEUE_BATCH_MAX];
	size_t of[QUEUE_BATCH_MAX]; /* which request each came from */
	size_t n;
};

static bool add(struct batch *b, const struct request *q, size_t i, struct err *e)
{
	struct signed_body *body = &b->body[b->n];
	uint64_t number;

	if (!api_number(q, "number", JSON_INT_MAX, &number, e) || !signed_body_read(q, "vote", "reason", body, e))
		return false;
	b->in[b->n] = (struct vote_in){
		.group = request_arg(q, "g"), .number = number, .jws = &body->jws, .doc = body->envelope, .reason = signed_body_text(body)
	};
	b->of[b->n++] = i;
	return true;
}

static void finish(struct batch *b, struct reply *const *r)
{
	for (size_t k = 0; k < b->n; k++) {
		api_accept(r[b->of[k]], err_ok(&b->in[k].e), &b->in[k].answer, 0, &b->in[k].e);
		signed_body_free(&b->body[k]);
	}
}

void api_post_votes(void *ctx, const struct request *const *q, struct reply *const *r, size_t n)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct api *api = ctx;

	for (size_t i = 0; i < n; i++) {
		struct err e = { 0 };

		if (b == NULL ? !err_memory(&e) : !add(b, q[i], i, &e))
			reply_problem(r[i], &e);
	}
	if (b == NULL)
		return;
	if (b->n > 0)
		act_vote(api->w, b->in, b->n);
	finish(b, r);
	free(b);
}
