/* SPDX-License-Identifier: ISC
 * Writing records. Every function that gives a document gives NULL when memory is out. */
#include <stdlib.h>
#include <string.h>

#include "peer/record.h"

/* jansson counts references to what is given as not to be changed, and does not change it. */
static json_t *borrowed(const json_t *v)
{
	return (json_t *)(uintptr_t)v;
}

/* Sets a new value; takes it. NULL is memory that ran out. */
static bool put(json_t *o, const char *name, json_t *value)
{
	return json_object_set_new(o, name, value) == 0;
}

/* Sets a document, or nothing where there is none. */
static bool put_document(json_t *o, const char *name, const json_t *v)
{
	return v == NULL || json_object_set(o, name, borrowed(v)) == 0;
}

static bool put_bytes(json_t *o, const char *name, struct slice bytes)
{
	return bytes.n == 0 || object_set_base64(o, name, bytes);
}

/* The list with one element more; takes both. */
static json_t *with(json_t *list, json_t *element)
{
	if (json_array_append_new(list, element) == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *print_bytes(struct slice bytes)
{
	struct buf text = { 0 };
	json_t *out = NULL;

	if (buf_reserve(&text, base64url_length(bytes.n) + 1)) {
		base64url_encode(bytes.p, bytes.n, (char *)text.p);
		out = json_string((const char *)text.p);
	}
	buf_free(&text);
	return out;
}

static json_t *print_digests(const struct digest *all, size_t n)
{
	json_t *list = json_array();
	char text[DIGEST_TEXT];

	for (size_t i = 0; i < n && list != NULL; i++) {
		digest_text(&all[i], text);
		list = with(list, json_string(text));
	}
	return list;
}

static json_t *print_place(const struct elector *el, uint64_t index, const struct digest *path, size_t path_n)
{
	json_t *o = json_object();

	if (object_set_id16(o, "member", &el->member) && object_set_thumb(o, "key", &el->key) && object_set_int(o, "weight", el->weight) &&
		object_set_int(o, "index", (int64_t)index) && put(o, "path", print_digests(path, path_n)))
		return o;
	json_decref(o);
	return NULL;
}

static bool put_place(json_t *o, const struct record_place *p)
{
	return put(o, "elector", print_place(&p->elector, p->index, p->path, p->path_n));
}

static json_t *print_mover(const struct record_parts *p)
{
	json_t *o = json_object();

	if (object_set_key(o, "key", &p->mover_key) && put_place(o, p->mover))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *print_signed(const struct record_signed *s)
{
	json_t *o = json_object();

	if (put_document(o, "object", s->object) && object_set_key(o, "key", &s->key) && put_place(o, s->place))
		return o;
	json_decref(o);
	return NULL;
}

static bool put_signed(json_t *o, const char *name, const struct record_signed *all, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n && list != NULL; i++)
		list = with(list, print_signed(&all[i]));
	if (n > 0)
		return put(o, name, list);
	json_decref(list);
	return true;
}

static json_t *print_vote(const struct record_vote *v, bool placed)
{
	json_t *o = json_object();

	if (put_document(o, "vote", v->vote) && object_set_key(o, "key", &v->key) && object_set_int(o, "status", v->status) &&
		(!placed || put(o, "elector", print_place(&v->elector, v->index, v->path, v->path_n))))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *print_object(const struct record_object *w, bool placed)
{
	json_t *o = json_object();

	if (put_document(o, "object", w->object) && object_set_key(o, "key", &w->key) &&
		(!placed || w->place == NULL || put_place(o, w->place)))
		return o;
	json_decref(o);
	return NULL;
}

static int vote_order(const void *a, const void *b)
{
	const struct record_vote *x = a, *y = b;
	int c = (x->status > y->status) - (x->status < y->status);

	if (c == 0)
		c = id16_compare(&x->elector.member, &y->elector.member);
	return c != 0 ? c : digest_compare(&x->digest, &y->digest);
}

/* Two operators who sign one payload in the same second give words of one digest. */
static int object_order(const void *a, const void *b)
{
	const struct record_object *x = a, *y = b;
	struct digest k, l;
	int c = digest_compare(&x->digest, &y->digest);

	jwk_thumbprint(&x->key, &k);
	jwk_thumbprint(&y->key, &l);
	return c != 0 ? c : digest_compare(&k, &l);
}

/* "votes", "evidence" and "scheme" set in an object. */
static bool put_evidence(json_t *o, struct record_parts *p, bool placed)
{
	json_t *votes = json_array(), *objects = json_array();

	if (p->votes_n > 1)
		qsort(p->votes, p->votes_n, sizeof(*p->votes), vote_order);
	if (p->objects_n > 1)
		qsort(p->objects, p->objects_n, sizeof(*p->objects), object_order);
	for (size_t i = 0; i < p->votes_n && votes != NULL; i++)
		votes = with(votes, print_vote(&p->votes[i], placed));
	for (size_t i = 0; i < p->objects_n && objects != NULL; i++)
		objects = with(objects, print_object(&p->objects[i], placed));
	if (put(o, "votes", votes))
		return put(o, "evidence", objects) && put_document(o, "scheme", p->scheme);
	json_decref(objects);
	return false;
}

json_t *record_evidence(struct record_parts *p, struct err *e)
{
	json_t *o = json_object();

	if (put_evidence(o, p, false))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}

static json_t *print_charter(const struct record_charter *c)
{
	json_t *o = json_copy(borrowed(c->signed_charter));

	if (object_set_base64(o, "entry", c->entry))
		return o;
	json_decref(o);
	return NULL;
}

static bool put_charters(json_t *o, const struct record_parts *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->charters_n && list != NULL; i++)
		list = with(list, print_charter(&p->charters[i]));
	if (p->charters_n > 0)
		return put(o, "charters", list);
	json_decref(list);
	return true;
}

static bool put_entries(json_t *o, const struct record_parts *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->entries_n && list != NULL; i++)
		list = with(list, print_bytes(p->entries[i]));
	return put(o, "entries", list);
}

static json_t *print_text(const struct record_text *t)
{
	json_t *o = json_object();

	if (object_set_string(o, "of", t->of) && object_set_base64(o, "salt", slice_of(t->salt, sizeof(t->salt))) &&
		object_set_string(o, "text", t->text))
		return o;
	json_decref(o);
	return NULL;
}

static bool put_texts(json_t *o, const struct record_parts *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->texts_n && list != NULL; i++)
		list = with(list, print_text(&p->texts[i]));
	if (p->texts_n > 0)
		return put(o, "texts", list);
	json_decref(list);
	return true;
}

json_t *record_print(struct record_parts *p, struct err *e)
{
	json_t *o = object_begin(KIND_RECORD, &p->genesis);

	if (put_charters(o, p) && put_document(o, "application", p->application) && put_document(o, "motion", p->motion) &&
		(p->mover == NULL || put(o, "mover", print_mover(p))) && put_signed(o, "movers", p->movers, p->movers_n) &&
		put_signed(o, "complaints", p->complaints, p->complaints_n) && put_document(o, "draft", p->draft) &&
		put_document(o, "renewal", p->renewal) && put_document(o, "recovery", p->recovery) &&
		(p->holder == NULL || put(o, "holder", print_signed(p->holder))) && put_document(o, "proposal", p->proposal) &&
		put_evidence(o, p, true) && put_document(o, "decision", p->decision) && put_entries(o, p) &&
		put(o, "nodes", print_digests(p->nodes, p->nodes_n)) && put_document(o, "head", p->head) && put_bytes(o, "gmc", p->gmc) &&
		put_bytes(o, "authority", p->authority) && put_bytes(o, "ended", p->ended) && put_texts(o, p))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}
