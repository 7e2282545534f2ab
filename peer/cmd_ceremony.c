/* SPDX-License-Identifier: ISC
 * gmc ceremony: what the members do together with the group's key, as anybody can check it. */
#include "peer/cmd_ceremony.h"

#include <stdlib.h>
#include <string.h>

#include "peer/head.h"

/* Below these a file is a signed charter with its transcript, or the transcript alone. */
enum { FILE_MAX = 16 * 1024 * 1024, POSTS = 64 };

/* ---- as the server shows them */

static json_t *answer(struct cli *c, uint64_t number, uint32_t from)
{
	char path[CLIENT_PATH_MAX];

	snprintf(path, sizeof(path), "/ceremonies/%llu?from=%u", (unsigned long long)number, (unsigned)from);
	return client_get_json(c->client, path, CEREMONY_ANSWER_MAX, &c->e);
}

static bool read_posts(struct cli *c, struct part *p, const json_t *doc, size_t *n)
{
	const struct at root = at_root(doc, &c->e);
	struct at list, one;
	struct jws j;
	bool rc = at_member(&root, "posts", &list) && at_array(&list, 0, POSTS, n);

	for (size_t i = 0; rc && i < *n; i++) {
		if (!at_element(&list, i, &one) || !jws_read(&one, &j))
			return false;
		rc = part_read(p, &j, &c->e);
		jws_free(&j);
	}
	return rc;
}

bool ceremony_follow(struct cli *c, struct part *p, bool *more)
{
	size_t n = POSTS;

	*more = false;
	while (n == POSTS) {
		json_t *doc = answer(c, part_ceremony(p)->number, course_board(part_course(p))->size);
		const bool rc = doc != NULL && read_posts(c, p, doc, &n);

		json_decref(doc);
		if (!rc)
			return false;
		*more = *more || n > 0;
	}
	return true;
}

struct part *ceremony_fetch(struct cli *c, const struct agent *a, uint64_t number)
{
	json_t *doc = answer(c, number, 0);
	const struct at root = at_root(doc, &c->e);
	struct part *p = NULL;
	struct at base, items;
	struct jws j;
	bool more;

	if (doc != NULL && at_optional(&root, "base", &base) && at_optional(&root, "items", &items) &&
		cmd_envelope(c, doc, "document", &j)) {
		p = part_begin(a, number, &j, &base, &items, &c->e);
		jws_free(&j);
	}
	json_decref(doc);
	if (p == NULL || ceremony_follow(c, p, &more))
		return p;
	part_free(p);
	return NULL;
}

bool ceremony_key(struct cli *c, const struct transcript *t, struct digest *spki)
{
	struct sig_pub key;

	transcript_key(t, &key);
	return profile_spki_digest(&key, spki) || err_memory(&c->e);
}

/* ---- told */

static const char *purpose_words(const struct ceremony *c)
{
	static const char *const words[] = { "a key is made", "shares are dealt anew", "a member gets a share", "something is signed" };

	return words[c->purpose];
}

static void tell_faults(struct cli *c, const struct part *p)
{
	const struct course *d = part_course(p);

	for (size_t i = 0; i < d->ceremony->n; i++)
		if (course_fault(d, i) != NULL)
			term_line(&c->term, "fault", "number %u: %s", d->ceremony->members[i].number, course_fault(d, i));
}

static void tell_made(struct cli *c, uint64_t number, const struct transcript *t)
{
	char text[DIGEST_TEXT];
	struct digest spki;

	if (!ceremony_key(c, t, &spki))
		return;
	digest_text(&spki, text);
	term_line(&c->term, "ceremony", "%llu: done; %zu members hold key %s, any %zu of them sign", (unsigned long long)number, t->n, text,
		t->t);
}

void ceremony_tell_end(struct cli *c, const struct part *p)
{
	const struct course *d = part_course(p);
	const unsigned long long number = part_ceremony(p)->number;

	if (!course_is_done(d))
		term_line(&c->term, "ceremony", "%llu: failed; it is done again, without those who are at fault", number);
	else if (d->dealing != NULL)
		tell_made(c, number, &d->dealing->transcript);
	else
		term_line(&c->term, "ceremony", "%llu: done; signed: %zu", number, d->ceremony->items_n);
	tell_faults(c, p);
}

static void tell_waits(struct cli *c, const struct course *d)
{
	struct buf line = { 0 };

	for (size_t i = 0; i < d->ceremony->n; i++)
		if (course_waits(d, i))
			buf_printf(&line, "%s%u", line.n == 0 ? "" : ", ", d->ceremony->members[i].number);
	if (buf_cstr(&line) != NULL && line.n > 0)
		term_line(&c->term, "waits", "for number %s", buf_cstr(&line));
	buf_free(&line);
}

/* As a charter's authority.issuing lists it. The window is for its administrators to say. */
static void tell_key(struct cli *c, const struct transcript *t)
{
	char text[DIGEST_TEXT];
	struct digest spki;

	if (!ceremony_key(c, t, &spki))
		return;
	digest_text(&spki, text);
	term_line(&c->term, "key", "%s, of epoch %u: any %zu of %zu sign", text, (unsigned)t->epoch, t->t, t->n);
	term_line(&c->term, "charter", "{\"spki\": \"%s\", \"alg\": \"Ed25519\", \"from\": ..., \"until\": ..., \"held_by\": \"members\"}",
		text);
}

static void tell_items(struct cli *c, const struct ceremony *o)
{
	char text[DIGEST_TEXT];

	for (size_t i = 0; i < o->items_n; i++) {
		digest_text(&o->items[i].subject, text);
		term_line(&c->term, "item", "%s, %s", signing_words[o->items[i].what], text);
	}
}

static void tell_part(struct cli *c, const struct part *p)
{
	const struct ceremony *o = part_ceremony(p);
	const struct course *d = part_course(p);
	char when[TIME_WORDS + 16], hex[ID16_TEXT];

	cmd_when(o->opened, c->now, when);
	term_line(&c->term, "ceremony", "%llu: %s, opened %s", (unsigned long long)o->number, purpose_words(o), when);
	term_line(&c->term, "board", "%u posts, all of which hold; %s", (unsigned)course_board(d)->size,
		course_is_done(d)                      ? "it is done"
			: course_phase(d) == PHASE_END ? "it failed"
						       : phase_name(course_phase(d)));
	for (size_t i = 0; i < o->n; i++) {
		id16_text(&o->members[i].member, hex);
		term_line(&c->term, "member", "%u: %s%s", o->members[i].number, hex,
			ceremony_dealer(o, o->members[i].number) >= 0 ? ", deals" : "");
	}
	tell_items(c, o);
	tell_waits(c, d);
	tell_faults(c, p);
	if (course_is_done(d) && d->dealing != NULL)
		tell_key(c, &d->dealing->transcript);
}

static json_t *faults_json(const struct course *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->ceremony->n; i++)
		if (course_fault(d, i) != NULL)
			json_array_append_new(
				list, json_pack("{s:i,s:s}", "number", d->ceremony->members[i].number, "fault", course_fault(d, i)));
	return list;
}

static json_t *waits_json(const struct course *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->ceremony->n; i++)
		if (course_waits(d, i))
			json_array_append_new(list, json_integer(d->ceremony->members[i].number));
	return list;
}

/* Absent where nothing is signed. */
static json_t *items_json(const struct ceremony *o)
{
	json_t *list = o->items_n == 0 ? NULL : json_array(), *one;

	for (size_t i = 0; i < o->items_n; i++) {
		one = json_pack("{s:s}", "what", signing_words[o->items[i].what]);
		object_set_digest(one, "subject", &o->items[i].subject);
		json_array_append_new(list, one);
	}
	return list;
}

static json_t *transcript_json(struct cli *c, const struct transcript *t)
{
	json_t *doc = json_pack("{s:i,s:i,s:[]}", "epoch", (int)t->epoch, "threshold", (int)t->t, "holders"), *one;
	struct digest spki;

	if (doc == NULL || !ceremony_key(c, t, &spki) || !object_set_digest(doc, "key", &spki)) {
		json_decref(doc);
		return NULL;
	}
	for (size_t i = 0; i < t->n; i++) {
		one = json_pack("{s:i}", "number", t->holders[i].number);
		object_set_id16(one, "member", &t->holders[i].member);
		json_array_append_new(json_object_get(doc, "holders"), one);
	}
	return doc;
}

static void print_part(struct cli *c, const struct part *p)
{
	const struct ceremony *o = part_ceremony(p);
	const struct course *d = part_course(p);
	const bool dealt = course_is_done(d) && d->dealing != NULL;
	json_t *doc = json_pack("{s:I,s:s,s:s,s:I,s:i,s:o*,s:o,s:o,s:o*}", "number", (json_int_t)o->number, "purpose",
		ceremony_purpose_name(o->purpose), "phase", phase_name(course_phase(d)), "opened", (json_int_t)o->opened, "posts",
		(int)course_board(d)->size, "items", items_json(o), "waits", waits_json(d), "faults", faults_json(d), "transcript",
		dealt ? transcript_json(c, &d->dealing->transcript) : NULL);

	term_json(&c->term, doc);
	json_decref(doc);
}

/* ---- the commands */

bool ceremony_number(struct cli *c, uint64_t *out)
{
	const char *s = c->opt.args[0];
	const size_t n = strlen(s);

	if (n == 0 || n > 15 || strspn(s, "0123456789") != n || strtoull(s, NULL, 10) == 0)
		return err_set(&c->e, "bad_argument", "a ceremony is named by its number: gmc ceremony list");
	*out = strtoull(s, NULL, 10);
	return true;
}

static bool add_row(struct cli *c, struct table *t, const json_t *one)
{
	char number[24], until[TIME_WORDS + 16], purpose[TERM_SAFE], phase[TERM_SAFE], outcome[TERM_SAFE], size[24];
	const char *over = json_string_value(json_object_get(one, "outcome"));

	snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(json_object_get(one, "number")));
	snprintf(size, sizeof(size), "%lld", (long long)json_integer_value(json_object_get(one, "size")));
	cmd_when(json_integer_value(json_object_get(one, "until")), c->now, until);
	term_safe(json_string_value(json_object_get(one, "purpose")), purpose);
	term_safe(json_string_value(json_object_get(one, "phase")), phase);
	term_safe(over, outcome);
	return table_add(t, (const char *[]){ number, purpose, over != NULL ? outcome : phase, over != NULL ? "" : until, size }) ||
		err_memory(&c->e);
}

int cmd_ceremony_list(struct cli *c)
{
	struct table t = { .titles = { ">#", "Purpose", "Phase", "Until", ">Posts" }, .columns = 5 };
	json_t *list, *one;
	bool rc = true;
	size_t i;

	if (!cmd_client(c) ||
		(list = cmd_pages(c, options_given(&c->opt, OPT_ALL) ? "/ceremonies" : "/ceremonies?running=1", "ceremonies")) == NULL)
		return cmd_fail(c);
	if (c->term.json) {
		term_json(&c->term, list);
	} else if (json_array_size(list) == 0) {
		term_note(&c->term, "no ceremony %s", options_given(&c->opt, OPT_ALL) ? "has been held" : "is on");
	} else {
		json_array_foreach(list, i, one) rc = rc && add_row(c, &t, one);
		if (rc)
			table_print(&c->term, &t);
	}
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* What holders signed, as charters carry it. */
static bool write_transcript(struct cli *c, const struct part *p)
{
	json_t *list;
	bool rc;

	if (cmd_option(c, OPT_OUT) == NULL)
		return true;
	if (!course_is_done(part_course(p)) || part_course(p)->dealing == NULL)
		return err_set(&c->e, "undecided", "there is no transcript before all holders have confirmed");
	list = dealing_signed(part_course(p)->dealing, &c->e);
	rc = list != NULL && cmd_write_json(c, list);
	json_decref(list);
	return rc;
}

static bool show(struct cli *c, struct ledger **l)
{
	struct agent a = { 0 };
	struct part *p = NULL;
	uint64_t number = 0;
	struct head h;
	bool rc = ceremony_number(c, &number) && cmd_joined(c) && cmd_trust(c) && cmd_client(c) && cmd_refresh(c) &&
		cmd_log_follow(c, l, &h, 0);

	if (rc) {
		a = (struct agent){ .crypto = c->crypto, .ledger = *l };
		p = ceremony_fetch(c, &a, number);
		rc = p != NULL && write_transcript(c, p);
	}
	if (rc && c->term.json)
		print_part(c, p);
	else if (rc)
		tell_part(c, p);
	part_free(p);
	return rc;
}

int cmd_ceremony_show(struct cli *c)
{
	struct ledger *l = NULL;
	const bool rc = show(c, &l);

	ledger_free(l);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* The transcript in a file: an array, or a member of a signed charter. */
static bool find_transcript(const struct at *root, struct at *out)
{
	if (json_is_object(root->v))
		return at_member(root, "transcript", out);
	*out = *root;
	return true;
}

static void tell_transcript(struct cli *c, const struct transcript *t)
{
	char hex[ID16_TEXT];

	term_line(&c->term, "verify", "all %zu holders signed this transcript", t->n);
	for (size_t i = 0; i < t->n; i++) {
		id16_text(&t->holders[i].member, hex);
		term_line(&c->term, "holder", "%u: %s", t->holders[i].number, hex);
	}
	tell_key(c, t);
}

int cmd_ceremony_verify(struct cli *c)
{
	struct buf text = { 0 };
	json_t *doc = NULL, *out;
	struct transcript t;
	struct at root, list;
	bool rc = cmd_crypto(c) && cmd_read_file(c, c->opt.args[0], FILE_MAX, &text) &&
		(doc = json_read(buf_slice(&text), FILE_MAX, &c->e)) != NULL;

	root = at_root(doc, &c->e);
	rc = rc && find_transcript(&root, &list) && transcript_verify(c->crypto, &list, &t);
	if (rc && c->term.json) {
		out = transcript_json(c, &t);
		term_json(&c->term, out);
		json_decref(out);
	} else if (rc) {
		tell_transcript(c, &t);
	}
	json_decref(doc);
	buf_free(&text);
	return rc ? EXIT_DONE : cmd_fail(c);
}
