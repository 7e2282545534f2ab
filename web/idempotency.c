/* SPDX-License-Identifier: ISC */
#include "web/idempotency.h"

#include <string.h>
#include <strings.h>

#include "authority/store_answer.h"
#include "base/digest.h"

static bool read_key(const struct request *q, struct answer_key *k, struct err *e)
{
	const char *key = q->header[REQUEST_IDEMPOTENCY_KEY];

	*k = (struct answer_key){ .principal = q->client, .route = q->path, .key = key };
	digest_of("request", q->body, &k->body);
	for (const char *p = key; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e)
			return err_set(e, "bad_value", "an Idempotency-Key is of printable ASCII without spaces");
	return (*key != '\0' && strlen(key) <= ANSWER_KEY_MAX) ||
		err_set(e, "bad_value", "an Idempotency-Key has 1 to %d characters", ANSWER_KEY_MAX);
}

static const char *location_of(const struct reply *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasecmp(r->header[i].name, "Location") == 0)
			return r->header[i].value;
	return NULL;
}

/* An answer that cannot be kept has been given all the same. */
static void keep(struct api *api, const struct answer_key *k, struct reply *r)
{
	json_t *doc = json_pack("{s:s%,s:s*}", "body", (const char *)r->body.p, r->body.n, "location", location_of(r));
	struct err e = { 0 };
	struct buf text = { 0 };

	if (doc != NULL && json_write(doc, &text, &e) && buf_cstr(&text) != NULL &&
		!store_answer_keep(api->w, k, (int)r->status, buf_cstr(&text), &e))
		log_error(api->w->a->log, LOG_WARN, "answer_not_kept", &e, NULL);
	json_decref(doc);
	buf_free(&text);
}

static void repeat(struct reply *r, int status, const struct buf *text)
{
	json_t *doc = json_loadb((const char *)text->p, text->n, 0, NULL);
	const char *body = json_string_value(json_object_get(doc, "body")), *location = json_string_value(json_object_get(doc, "location"));

	reply_bytes(r, (unsigned)status, "application/json", slice_str(body == NULL ? "" : body));
	if (location != NULL)
		reply_header(r, "Location", "%s", location);
	json_decref(doc);
}

void idempotent(struct api *api, const struct request *q, struct reply *r,
	void (*handle)(struct api *api, const struct request *q, struct reply *r))
{
	struct answer_key k;
	struct buf text = { 0 };
	struct err e = { 0 };
	int status = 0;

	if (q->header[REQUEST_IDEMPOTENCY_KEY] == NULL) {
		handle(api, q, r);
		return;
	}
	if (!read_key(q, &k, &e) || !store_answer_find(api->w, &k, &status, &text, &e)) {
		reply_problem(r, &e);
	} else if (status != 0) {
		repeat(r, status, &text);
	} else {
		handle(api, q, r);
		if (r->status >= 200 && r->status < 300)
			keep(api, &k, r);
	}
	buf_free(&text);
}
