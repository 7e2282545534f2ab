/* SPDX-License-Identifier: ISC */
#include "voting/post.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

static const char *const phases[] = { "join", "deal", "check", "answer", "confirm", "commit", "package", "sign", "end", NULL };

const char *phase_name(enum phase p)
{
	return phases[p];
}

static bool read_seen(const struct at *at, struct post *p)
{
	static const char *const members[] = { "size", "head", NULL };
	struct at seen;
	int64_t size;

	if (!at_member(at, "seen", &seen) || !at_only(&seen, members) || !at_int(&seen, "size", 0, BOARD_MAX, &size) ||
		!at_digest(&seen, "head", &p->seen.head))
		return false;
	p->seen.size = (uint32_t)size;
	return true;
}

static bool read_post(const struct at *at, struct post *p)
{
	int64_t by, turn;
	int phase = 0;
	struct at body;

	if (!at_digest(at, "ceremony", &p->ceremony) || !at_int(at, "by", 0, UINT16_MAX, &by) || !at_word(at, "phase", phases, &phase) ||
		!at_int(at, "turn", 0, POST_TURNS_MAX, &turn) || !read_seen(at, p) || !at_member(at, "body", &body))
		return false;
	if (!json_is_object(body.v))
		return at_refuse(&body, "wrong_type", "the body of a post is an object");
	p->by = (share_id)by;
	p->phase = (enum phase)phase;
	p->turn = (uint32_t)turn;
	p->body = json_incref((json_t *)(uintptr_t)body.v);
	return true;
}

bool post_parse(const struct jws *j, struct post *out, struct err *e)
{
	static const char *const members[] = { "ceremony", "by", "phase", "turn", "seen", "body", NULL };
	struct post p = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_POST, j, members, &o, &at, e))
		return false;
	p.digest = o.digest;
	p.genesis = o.genesis;
	rc = read_post(&at, &p);
	if (rc)
		*out = p;
	object_free(&o);
	return rc;
}

static bool set_seen(json_t *o, const struct post *p)
{
	json_t *seen = json_object();

	if (object_set_int(seen, "size", p->seen.size) && object_set_digest(seen, "head", &p->seen.head))
		return json_object_set_new(o, "seen", seen) == 0;
	json_decref(seen);
	return false;
}

json_t *post_print(const struct post *p)
{
	json_t *o = object_begin(KIND_POST, &p->genesis);

	if (object_set_digest(o, "ceremony", &p->ceremony) && object_set_int(o, "by", p->by) &&
		object_set_string(o, "phase", phases[p->phase]) && object_set_int(o, "turn", p->turn) && set_seen(o, p) &&
		json_object_set(o, "body", p->body) == 0)
		return o;
	json_decref(o);
	return NULL;
}

void post_free(struct post *p)
{
	if (p == NULL)
		return;
	json_decref(p->body);
	memset(p, 0, sizeof(*p));
}

/* ---- the board */

void board_next(struct digest *head, const struct digest *post)
{
	const struct slice parts[] = { slice_of(head->b, sizeof(head->b)), slice_of(post->b, sizeof(post->b)) };

	digest_labelled("gmc-board/1", parts, 2, head);
}

const struct digest *board_head(const struct board *b)
{
	return b->size == 0 ? &b->ceremony->digest : &b->heads[b->size - 1];
}

static const struct digest *head_at(const struct board *b, uint32_t size)
{
	return size == 0 ? &b->ceremony->digest : &b->heads[size - 1];
}

static bool grow(struct board *b, struct err *e)
{
	uint32_t more = b->cap == 0 ? 64 : 2 * b->cap;
	struct digest *heads;

	if (b->size < b->cap)
		return true;
	heads = realloc(b->heads, more * sizeof(*heads));
	if (heads == NULL)
		return err_memory(e);
	b->heads = heads;
	b->cap = more;
	return true;
}

bool board_fits(const struct board *b, const struct post *p, struct err *e)
{
	if (digest_compare(&p->ceremony, &b->ceremony->digest) != 0 || digest_compare(&p->genesis, &b->ceremony->genesis) != 0)
		return err_set(e, "wrong_context", "this was posted for another ceremony");
	if (p->by != 0 && ceremony_place(b->ceremony, p->by) < 0)
		return err_set(e, "not_taking_part", "number %u does not take part in this ceremony", p->by);
	if (p->seen.size > b->size || digest_compare(&p->seen.head, head_at(b, p->seen.size)) != 0)
		return err_set(e, "split_board", "number %u was shown another board: keep what it signed, it is evidence", p->by);
	return b->size < BOARD_MAX || err_set(e, "too_large", "a board holds %d posts", BOARD_MAX);
}

bool board_add(struct board *b, const struct post *p, struct err *e)
{
	struct digest head;

	if (!grow(b, e))
		return false;
	head = *board_head(b);
	board_next(&head, &p->digest);
	b->heads[b->size++] = head;
	return true;
}

void board_free(struct board *b)
{
	if (b == NULL)
		return;
	free(b->heads);
	memset(b, 0, sizeof(*b));
}
