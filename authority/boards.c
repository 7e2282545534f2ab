/* SPDX-License-Identifier: ISC */
#include "authority/boards.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "authority/store_item.h"

/* Boards that are kept: a big one has some hundred kilobytes. POSTS: read from the store at once. */
enum { KEPT_MAX = 32, POSTS = 256 };

struct boards {
	pthread_mutex_t lock;
	struct running *kept[KEPT_MAX]; /* owned; the one that was given last stands last */
	size_t n;
};

void running_free(struct running *r)
{
	if (r == NULL)
		return;
	course_free(&r->course);
	for (size_t i = 0; r->bytes != NULL && i < r->ceremony->items_n; i++)
		buf_free(&r->bytes[i]);
	free(r->bytes);
	free(r->messages);
	ceremony_free(r->ceremony);
	free(r->base);
	free(r);
}

struct boards *boards_new(struct err *e)
{
	struct boards *b = calloc(1, sizeof(*b));

	if (b != NULL && pthread_mutex_init(&b->lock, NULL) == 0)
		return b;
	free(b);
	err_memory(e);
	return NULL;
}

void boards_free(struct boards *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		running_free(b->kept[i]);
	(void)pthread_mutex_destroy(&b->lock);
	free(b);
}

static struct running *take_out(struct boards *b, size_t i)
{
	struct running *r = b->kept[i];

	b->n--;
	memmove(&b->kept[i], &b->kept[i + 1], (b->n - i) * sizeof(b->kept[0]));
	return r;
}

static struct running *kept(struct boards *b, int32_t g, const struct digest *ceremony)
{
	struct running *r = NULL;

	if (b == NULL)
		return NULL;
	(void)pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n && r == NULL; i++)
		if (b->kept[i]->g == g && digest_compare(&b->kept[i]->ceremony->digest, ceremony) == 0)
			r = take_out(b, i);
	(void)pthread_mutex_unlock(&b->lock);
	return r;
}

void boards_give(struct worker *w, struct running *r)
{
	struct boards *b = w->a->boards;
	struct running *oldest = NULL;

	if (b == NULL || r == NULL || course_phase(&r->course) == PHASE_END) {
		running_free(r);
		return;
	}
	(void)pthread_mutex_lock(&b->lock);
	if (b->n == KEPT_MAX)
		oldest = take_out(b, 0);
	b->kept[b->n++] = r;
	(void)pthread_mutex_unlock(&b->lock);
	running_free(oldest);
}

/* ---- reading one */

static bool read_ceremony(struct running *r, struct slice doc, struct err *e)
{
	struct jws j;

	if (!jws_parse(doc, kind_find(KIND_CEREMONY)->max * 2, &j, e))
		return false;
	r->ceremony = ceremony_parse(&j, e);
	jws_free(&j);
	return r->ceremony != NULL;
}

static bool read_transcript(struct worker *w, struct running *r, struct err *e)
{
	struct buf text = { 0 };
	json_t *list = NULL;
	bool found = false, rc;
	struct at root;

	if (r->ceremony->purpose == CEREMONY_KEY)
		return true;
	rc = store_ceremony_made(w, r->g, &r->ceremony->from, &found, &text, e) &&
		(found || err_set(e, "database_error", "the store lacks the transcript that a ceremony goes on from"));
	r->base = rc ? calloc(1, sizeof(*r->base)) : NULL;
	rc = rc && (r->base != NULL || err_memory(e)) && (list = json_read(buf_slice(&text), text.n, e)) != NULL;
	if (rc) {
		root = at_root(list, e);
		rc = transcript_verify(w->crypto, &root, r->base);
	}
	json_decref(list);
	buf_free(&text);
	return rc;
}

/* What is to be signed, as it was when the ceremony opened. */
static bool read_items(struct worker *w, struct running *r, struct err *e)
{
	const size_t n = r->ceremony->items_n;

	if (n == 0)
		return true;
	r->bytes = calloc(n, sizeof(*r->bytes));
	r->messages = calloc(n, sizeof(*r->messages));
	if (r->bytes == NULL || r->messages == NULL)
		return err_memory(e);
	if (!store_items_bytes(w, r->g, r->ceremony->number, r->bytes, n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		r->messages[i] = buf_slice(&r->bytes[i]);
	return true;
}

static struct running *open_board(struct worker *w, int32_t g, struct slice doc, struct err *e)
{
	struct running *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_memory(e);
		return NULL;
	}
	r->g = g;
	if (read_ceremony(r, doc, e) && read_transcript(w, r, e) && read_items(w, r, e) &&
		course_begin(&r->course, r->ceremony, r->base, r->messages, w->crypto, e))
		return r;
	running_free(r);
	return NULL;
}

/* What the store has was let in once, by this program or another of the authority's. */
static bool take_post(struct running *r, struct slice doc, struct err *e)
{
	struct err why = { 0 };
	struct post p;
	struct jws j;
	bool rc;

	if (!jws_parse(doc, kind_find(KIND_POST)->max * 2, &j, e))
		return false;
	rc = post_parse(&j, &p, e);
	jws_free(&j);
	if (!rc)
		return false;
	rc = course_take(&r->course, &p, &why) || err_set(e, "database_error", "a post of the store does not fit its board: %s", why.text);
	r->last = p.digest;
	post_free(&p);
	return rc;
}

/* Takes in what is missing, beginning with the last post that we have: *same says whether the store has it too. */
static bool catch_up(struct worker *w, struct running *r, uint64_t number, uint32_t size, bool *same, struct err *e)
{
	bool rc = true;

	*same = course_board(&r->course)->size <= size;
	while (rc && *same && course_board(&r->course)->size < size) {
		const uint32_t have = course_board(&r->course)->size;
		struct digest last;
		PGresult *rows;

		if (!store_post_from(w, r->g, number, have == 0 ? 0 : have - 1, POSTS, &rows, e))
			return false;
		if (have > 0)
			*same = PQntuples(rows) > 1 && res_digest(rows, 0, 1, &last) && digest_compare(&last, &r->last) == 0;
		if (PQntuples(rows) == 0)
			rc = err_set(e, "database_error", "the store lacks posts of a board");
		for (int i = have > 0; rc && *same && i < PQntuples(rows); i++)
			rc = take_post(r, res_bytes(rows, i, 0), e);
		PQclear(rows);
	}
	return rc;
}

/* The last post, where there is nothing to catch up with: what we have may have been rolled back. */
static bool ends_alike(struct worker *w, const struct running *r, uint64_t number, bool *same, struct err *e)
{
	struct digest last;
	PGresult *rows;

	if (course_board(&r->course)->size == 0)
		return true;
	if (!store_post_from(w, r->g, number, course_board(&r->course)->size - 1, 1, &rows, e))
		return false;
	*same = PQntuples(rows) == 1 && res_digest(rows, 0, 1, &last) && digest_compare(&last, &r->last) == 0;
	PQclear(rows);
	return true;
}

struct running *boards_take(struct worker *w, int32_t g, const struct stored_ceremony *row, struct slice doc, struct err *e)
{
	struct running *r = kept(w->a->boards, g, &row->digest);
	bool same = false;

	if (r != NULL) {
		course_lend(&r->course, w->crypto);
		if (!catch_up(w, r, row->number, row->size, &same, e) || (same && !ends_alike(w, r, row->number, &same, e)))
			goto failed;
	}
	if (same)
		return r;
	running_free(r);
	r = open_board(w, g, doc, e);
	if (r != NULL && catch_up(w, r, row->number, row->size, &same, e) && same)
		return r;
failed:
	running_free(r);
	if (err_ok(e))
		err_set(e, "database_error", "the store's board does not fit itself");
	return NULL;
}
