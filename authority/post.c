/* SPDX-License-Identifier: ISC
 * Something that a member posts on the board of a ceremony. */
#include "authority/answer.h"
#include "authority/ceremonies.h"
#include "authority/objects.h"
#include "authority/work.h"

struct posting {
	struct worker *w;
	struct group group;
	uint64_t number;
	const struct jws *j;
	struct post post; /* owned */
	struct buf doc;
	struct running *r;  /* owned; the board behind the post, to be kept once it is committed */
	struct err refused; /* what is answered where something is stored all the same */
	uint32_t index, size;
	enum phase phase;
	bool fresh;
};

static bool by_participant(struct posting *x, struct err *e)
{
	const struct ceremony *c = x->r->ceremony;
	const int place = x->post.by == 0 ? -1 : ceremony_place(c, x->post.by);

	if (x->j->n != 1)
		return err_set(e, "bad_jws", "a post has one signature, by the key that the ceremony has for who posts");
	if (place < 0)
		return err_set(e, "not_taking_part", "number %u does not take part in this ceremony", x->post.by);
	return jws_verify(x->w->crypto, x->j, 0, &c->members[place].key, e);
}

/* Who posts two things of one phase and turn is refused, and what it signed is kept: the transaction is committed. */
static bool contradicts(struct posting *x, struct err *e)
{
	const struct ceremony *c = x->r->ceremony;
	const struct participant *p = &c->members[ceremony_place(c, x->post.by)];

	x->refused = *e;
	err_clear(e);
	return object_contradicts(
		x->w, x->group.g, &c->digest, slice_of(p->member.b, sizeof(p->member.b)), &x->post.digest, buf_cstr(&x->doc), e);
}

static bool take(struct posting *x, const struct stored_ceremony *row, struct slice doc, struct err *e)
{
	x->r = boards_take(x->w, x->group.g, row, doc, e);
	if (x->r == NULL || !by_participant(x, e))
		return false;
	x->index = course_board(&x->r->course)->size;
	if (!ceremony_take(x->w, x->r, &x->post, buf_cstr(&x->doc), e))
		return err_is(e, "already_posted") && contradicts(x, e);
	if (!ceremony_package(x->w, x->r, false, e))
		return false;
	x->fresh = true;
	x->size = course_board(&x->r->course)->size;
	x->phase = course_phase(&x->r->course);
	return true;
}

static bool post(struct db *db, void *arg, struct err *e)
{
	struct posting *x = arg;
	struct stored_ceremony row;
	struct buf doc = { 0 };
	bool found, rc;

	(void)db;
	running_free(x->r);
	x->r = NULL;
	x->fresh = false;
	err_clear(&x->refused);
	rc = store_ceremony_load(x->w, x->group.g, x->number, STORE_UPDATE, &row, &doc, e) &&
		store_post_find(x->w, x->group.g, x->number, &x->post.digest, &found, &x->index, e);
	if (rc) {
		x->size = row.size;
		x->phase = row.phase;
		if (!found && row.outcome != CEREMONY_RUNS)
			rc = err_set(e, "ceremony_over", "ceremony %llu is over", (unsigned long long)x->number);
		else if (!found)
			rc = take(x, &row, buf_slice(&doc), e);
	}
	buf_free(&doc);
	return rc;
}

static bool answer(const struct posting *x, struct answer *out, struct err *e)
{
	char id[24];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)x->number);
	return answer_set(out,
		json_pack("{s:I,s:I,s:I,s:s}", "ceremony", (json_int_t)x->number, "index", (json_int_t)x->index, "size",
			(json_int_t)x->size, "phase", phase_name(x->phase)),
		id, x->fresh, e);
}

bool act_post(
	struct worker *w, const char *group, uint64_t number, const struct jws *j, const json_t *doc, struct answer *out, struct err *e)
{
	struct posting x = { .w = w, .number = number, .j = j };
	bool rc;

	if (!group_find(w, group, &x.group, e) || !group_may_change(&x.group, e) || !post_parse(j, &x.post, e))
		return false;
	rc = json_write(doc, &x.doc, e) && (buf_cstr(&x.doc) != NULL || err_memory(e)) && db_transaction(w->db, post, &x, e);
	if (rc)
		boards_give(w, x.r);
	else
		running_free(x.r);
	if (rc && !err_ok(&x.refused))
		rc = err_set(e, x.refused.name, "%s", x.refused.text);
	rc = rc && answer(&x, out, e);
	if (rc && x.fresh && x.phase == PHASE_END) {
		work_post(w->a->work, WORK_CEREMONIES, x.group.g, 0);
		work_post(w->a->work, WORK_PUBLISH, x.group.g, 0);
	}
	post_free(&x.post);
	buf_free(&x.doc);
	return rc;
}
