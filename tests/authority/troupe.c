/* SPDX-License-Identifier: ISC */
#include "tests/authority/troupe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "authority/archive.h"
#include "base/time.h"

struct troupe troupe_found(struct realm *r, const char *name, uint32_t t)
{
	struct troupe out = { .r = r };
	json_t *doc = realm_first(r, name);
	char text[16];

	snprintf(text, sizeof(text), "%u", (unsigned)t);
	charters_set(doc, "/voting/scheme", "\"threshold\"");
	charters_set(doc, "/voting/threshold", text);
	charters_set(doc, "/authority/issuing", "[]");
	r->a.ceremony_wait = 3600;
	out.g = realm_found(r, name, doc);
	for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
		out.players[i].key = r->founders[i];
		out.players[i].number = (share_id)(i + 1);
	}
	return out;
}

struct stored_ceremony troupe_ceremony(struct troupe *t)
{
	struct stored_ceremony row = { 0 };
	struct err e = { 0 };
	uint64_t next;

	assert_true(store_ceremony_next(t->r->w, t->g.g, &next, &e));
	if (next > 1)
		assert_true(store_ceremony_load(t->r->w, t->g.g, next - 1, STORE_READ, &row, NULL, &e));
	return row;
}

static struct jws envelope_of(const json_t *doc)
{
	struct err e = { 0 };
	struct at at = at_root(doc, &e);
	struct jws j;

	if (!jws_read(&at, &j))
		fail_msg("%s: %s", e.name, e.text);
	return j;
}

static void take(struct view *v, const json_t *envelope)
{
	struct jws j = envelope_of(envelope);
	struct err e = { 0 };
	struct post p;

	assert_true(post_parse(&j, &p, &e));
	if (!dealing_take(v->dealing, &p, &e))
		fail_msg("%s: %s", e.name, e.text);
	post_free(&p);
	jws_free(&j);
}

static struct transcript *read_old(struct troupe *t, const struct digest *made)
{
	struct transcript *old = calloc(1, sizeof(*old));
	struct buf text = { 0 };
	struct err e = { 0 };
	struct at root;
	json_t *list;
	bool found;

	assert_non_null(old);
	assert_true(store_ceremony_made(t->r->w, t->g.g, made, &found, &text, &e) && found);
	list = json_read(buf_slice(&text), text.n, &e);
	root = at_root(list, &e);
	assert_true(transcript_verify(t->r->w->crypto, &root, old));
	json_decref(list);
	buf_free(&text);
	return old;
}

struct view troupe_read(struct troupe *t, uint64_t number)
{
	struct err e = { 0 };
	struct view v = { .doc = read_ceremony(t->r->w, &t->g, number, 0, &e) };
	const json_t *one;
	struct jws j;
	size_t i;

	if (v.doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	j = envelope_of(json_object_get(v.doc, "document"));
	v.ceremony = ceremony_parse(&j, &e);
	assert_non_null(v.ceremony);
	jws_free(&j);
	if (v.ceremony->purpose == CEREMONY_RESHARE)
		v.old = read_old(t, &v.ceremony->from);
	v.dealing = dealing_new(v.ceremony, v.old, t->r->w->crypto, &e);
	assert_non_null(v.dealing);
	json_array_foreach(json_object_get(v.doc, "posts"), i, one) take(&v, one);
	return v;
}

void troupe_close(struct view *v)
{
	dealing_free(v->dealing);
	ceremony_free(v->ceremony);
	free(v->old);
	json_decref(v->doc);
}

json_t *troupe_says(struct troupe *t, struct view *v, struct player *p)
{
	const int place = ceremony_place(v->ceremony, p->number);
	struct dealer me = { .number = p->number };
	struct post post = { .genesis = v->ceremony->genesis,
		.ceremony = v->ceremony->digest,
		.by = p->number,
		.phase = v->dealing->phase,
		.seen = { v->dealing->board.size, *board_head(&v->dealing->board) } };
	struct buf payload = { 0 };
	struct share mine;
	struct err e = { 0 };
	const struct sig_key *keys[] = { p->key };
	json_t *o, *envelope;

	if (place < 0 || !dealing_waits(v->dealing, (size_t)place))
		return NULL;
	if (v->dealing->phase == PHASE_JOIN)
		bytes_random(p->seed, sizeof(p->seed));
	memcpy(me.seed, p->seed, sizeof(me.seed));
	post.body = dealer_body(v->dealing, &me, p->holds ? &p->share : NULL, p->key, &e);
	if (post.body == NULL)
		fail_msg("%s: %s", e.name, e.text);
	if (v->dealing->phase == PHASE_CONFIRM) {
		assert_true(dealer_share(v->dealing, &me, p->holds ? &p->share : NULL, &mine, &e));
		p->share = mine;
		p->holds = true;
	}
	o = post_print(&post);
	assert_true(json_write(o, &payload, &e));
	envelope = jws_sign(t->r->w->crypto, KIND_POST, buf_slice(&payload), keys, 1, &e);
	assert_non_null(envelope);
	json_decref(o);
	json_decref(post.body);
	buf_free(&payload);
	return envelope;
}

bool troupe_posts(struct troupe *t, uint64_t number, json_t *envelope, struct err *e)
{
	struct jws j = envelope_of(envelope);
	struct answer a = { 0 };
	bool rc = act_post(t->r->w, t->g.name, number, &j, envelope, &a, e);

	answer_free(&a);
	jws_free(&j);
	json_decref(envelope);
	return rc;
}

void troupe_play(struct troupe *t, uint64_t number)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < CHARTERS_FOUNDERS; i++) {
			struct view v = troupe_read(t, number);
			json_t *said = t->players[i].absent ? NULL : troupe_says(t, &v, &t->players[i]);
			struct err e = { 0 };

			troupe_close(&v);
			if (said == NULL)
				continue;
			if (!troupe_posts(t, number, said, &e))
				fail_msg("%s: %s", e.name, e.text);
			more = true;
		}
	}
}

void troupe_work(struct troupe *t)
{
	struct err e = { 0 };

	if (!act_ceremonies(t->r->w, t->g.g, &e))
		fail_msg("%s: %s", e.name, e.text);
}

void troupe_wait(struct troupe *t, uint64_t number)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "UPDATE ceremonies SET until = now_s() WHERE g = %d AND number = %llu", (int)t->g.g,
		(unsigned long long)number);
	pg_do(t->r->w->db, sql);
}

struct ledger *troupe_ledger(struct troupe *t)
{
	struct err e = { 0 };
	struct ledger *l = ledger_new(&t->g.genesis, &e);
	json_t *items, *one;
	size_t i;

	assert_true(group_by_id(t->r->w, t->g.g, &t->g, &e));
	items = archive_items(t->r->w, &t->g, 0, (uint32_t)t->g.log_size, true, &e);
	assert_non_null(items);
	json_array_foreach(items, i, one)
	{
		const struct at at = at_root(one, &e);
		struct buf entry = { 0 };
		struct ledger_item item = { .object = json_object_get(one, "object"), .evidence = json_object_get(one, "evidence") };

		assert_true(at_base64(&at, "entry", 1, OBJECT_MAX, &entry));
		item.entry = buf_slice(&entry);
		if (!ledger_extend(l, t->r->w->crypto, &item, time_now(), &e))
			fail_msg("entry %zu: %s: %s", i, e.name, e.text);
		buf_free(&entry);
	}
	json_decref(items);
	return l;
}
