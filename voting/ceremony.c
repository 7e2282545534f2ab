/* SPDX-License-Identifier: ISC */
#include "voting/ceremony.h"

#include <stdlib.h>

#include "base/time.h"

static const char *const purposes[] = { "key", "reshare", "share", "sign", NULL };
const char *const signing_words[] = { "authority", "certificate", "list", "charter", NULL };

const char *ceremony_purpose_name(enum ceremony_purpose p)
{
	return purposes[p];
}

/* ---- numbers */

bool at_share_id(const struct at *at, const char *name, share_id *out)
{
	int64_t v;

	if (!at_int(at, name, 1, UINT16_MAX, &v))
		return false;
	*out = (share_id)v;
	return true;
}

bool at_share_ids(const struct at *at, const char *name, size_t min, size_t max, share_id *out, size_t *n)
{
	struct at list, one;

	if (!at_member(at, name, &list) || !at_array(&list, min, max, n))
		return false;
	for (size_t i = 0; i < *n; i++) {
		if (!at_element(&list, i, &one) || !at_share_id(&one, NULL, &out[i]))
			return false;
		if (i > 0 && out[i] <= out[i - 1])
			return at_refuse(&one, "bad_value", "numbers of participants ascend");
	}
	return true;
}

bool object_set_share_ids(json_t *o, const char *name, const share_id *ids, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		if (json_array_append_new(list, json_integer(ids[i])) != 0) {
			json_decref(list);
			return false;
		}
	}
	return json_object_set_new(o, name, list) == 0;
}

static int place_of(const share_id *ids, size_t n, share_id id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return (int)i;
	return -1;
}

int ceremony_place(const struct ceremony *c, share_id number)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->members[i].number == number)
			return (int)i;
	return -1;
}

int ceremony_dealer(const struct ceremony *c, share_id number)
{
	return place_of(c->dealers, c->dealers_n, number);
}

/* ---- reading */

static bool read_participant(const struct at *at, const struct ceremony *c, struct participant *out)
{
	static const char *const members[] = { "number", "member", "key", NULL };

	if (!at_only(at, members) || !at_share_id(at, "number", &out->number) || !at_id16(at, "member", &out->member) ||
		!at_key(at, "key", &out->key))
		return false;
	if (c->n > 0 && out->number <= c->members[c->n - 1].number)
		return at_refuse(at, "bad_value", "numbers of participants ascend");
	for (size_t i = 0; i < c->n; i++)
		if (id16_compare(&c->members[i].member, &out->member) == 0 || sig_pub_equal(&c->members[i].key, &out->key))
			return at_refuse(at, "bad_value", "a member takes part once, with a key of its own");
	return true;
}

static bool read_participants(const struct at *at, struct ceremony *c)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "participants", &list) || !at_array(&list, DKG_MIN, CEREMONY_MEMBERS_MAX, &n))
		return false;
	for (; c->n < n; c->n++)
		if (!at_element(&list, c->n, &one) || !read_participant(&one, c, &c->members[c->n]))
			return false;
	return true;
}

static bool read_dealers(const struct at *at, struct ceremony *c)
{
	struct at place;

	if (!at_share_ids(at, "dealers", DKG_MIN, CEREMONY_MEMBERS_MAX, c->dealers, &c->dealers_n) || !at_member(at, "dealers", &place))
		return false;
	for (size_t i = 0; i < c->dealers_n; i++)
		if (ceremony_place(c, c->dealers[i]) < 0)
			return at_refuse(&place, "bad_value", "number %u deals, and does not take part", c->dealers[i]);
	return true;
}

static void all_deal(struct ceremony *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->dealers[i] = c->members[i].number;
	c->dealers_n = c->n;
}

static bool read_list(const struct at *at, struct signing_item *out)
{
	static const char *const members[] = { "number", "size", "this", "next", NULL };
	struct at list;
	int64_t number, size;

	if (!at_member(at, "list", &list) || !at_only(&list, members) || !at_int(&list, "number", 1, JSON_INT_MAX, &number) ||
		!at_int(&list, "size", 1, JSON_INT_MAX, &size) || !at_int(&list, "this", 0, TIME_MAX, &out->list.this_update) ||
		!at_int(&list, "next", 0, TIME_MAX, &out->list.next_update))
		return false;
	out->list.number = (uint64_t)number;
	out->list.size = (uint64_t)size;
	return true;
}

static bool read_item(const struct at *at, struct signing_item *out)
{
	static const char *const members[] = { "what", "subject", "bytes", "list", NULL };
	int what = 0;

	if (!at_only(at, members) || !at_word(at, "what", signing_words, &what) || !at_digest(at, "subject", &out->subject) ||
		!at_digest(at, "bytes", &out->bytes))
		return false;
	out->what = (enum signing_what)what;
	if ((out->what == SIGNING_LIST) != at_has(at, "list"))
		return at_refuse(at, "bad_value", "a list comes with its number and times, and nothing else does");
	return out->what != SIGNING_LIST || read_list(at, out);
}

static bool read_items(const struct at *at, struct ceremony *c)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "items", &list) || !at_array(&list, 1, CEREMONY_ITEMS_MAX, &n))
		return false;
	c->items = calloc(n, sizeof(*c->items));
	if (c->items == NULL)
		return err_memory(at->e);
	for (; c->items_n < n; c->items_n++) {
		if (!at_element(&list, c->items_n, &one) || !read_item(&one, &c->items[c->items_n]))
			return false;
		for (size_t i = 0; i < c->items_n; i++)
			if (digest_compare(&c->items[i].bytes, &c->items[c->items_n].bytes) == 0)
				return at_refuse(&one, "bad_value", "these bytes stand in the list twice");
	}
	return true;
}

/* What each purpose has beside what all have. */
static bool read_own(const struct at *at, struct ceremony *c)
{
	static const char *const of[][12] = {
		[CEREMONY_KEY] = { NULL },
		[CEREMONY_RESHARE] = { "from", "dealers", NULL },
		[CEREMONY_SHARE] = { "from", "dealers", "receiver", NULL },
		[CEREMONY_SIGN] = { "from", "items", NULL },
	};
	static const char *const own[] = { "from", "dealers", "receiver", "items" };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		const char *const *may = of[c->purpose];

		while (*may != NULL && *may != own[i])
			may++;
		if (*may == NULL && at_has(at, own[i]))
			return at_refuse(at, "unknown_member", "a ceremony for this purpose has no \"%s\"", own[i]);
	}
	if (c->purpose == CEREMONY_KEY)
		all_deal(c);
	return (c->purpose == CEREMONY_KEY || at_digest(at, "from", &c->from)) &&
		((c->purpose != CEREMONY_RESHARE && c->purpose != CEREMONY_SHARE) || read_dealers(at, c)) &&
		(c->purpose != CEREMONY_SHARE || at_share_id(at, "receiver", &c->receiver)) &&
		(c->purpose != CEREMONY_SIGN || read_items(at, c));
}

static bool fits(const struct at *at, const struct ceremony *c)
{
	if (c->purpose != CEREMONY_SHARE)
		return c->t <= c->n || at_refuse(at, "bad_value", "%zu take part, and %zu are needed to sign", c->n, c->t);
	if (ceremony_place(c, c->receiver) < 0 || ceremony_dealer(c, c->receiver) >= 0)
		return at_refuse(at, "bad_value", "who gets a share takes part, and does not help");
	return (c->dealers_n == c->t && c->n == c->t + 1) ||
		at_refuse(at, "bad_value", "%zu help, and one gets a share: nobody else takes part", c->t);
}

static bool read_ceremony(const struct at *at, struct ceremony *c)
{
	int64_t number, epoch, t;
	int purpose = 0;

	if (!at_digest(at, "charter", &c->charter) || !at_int(at, "number", 1, JSON_INT_MAX, &number) ||
		!at_word(at, "purpose", purposes, &purpose) || !at_int(at, "epoch", 1, UINT32_MAX, &epoch) ||
		!at_int(at, "threshold", DKG_MIN, CEREMONY_MEMBERS_MAX, &t) || !at_int(at, "opened", 0, TIME_MAX, &c->opened) ||
		!at_int(at, "wait", 1, CEREMONY_WAIT_MAX, &c->wait) || !read_participants(at, c))
		return false;
	c->number = (uint64_t)number;
	c->purpose = (enum ceremony_purpose)purpose;
	c->epoch = (uint32_t)epoch;
	c->t = (size_t)t;
	return read_own(at, c) && fits(at, c);
}

struct ceremony *ceremony_parse(const struct jws *j, struct err *e)
{
	static const char *const members[] = { "charter", "number", "purpose", "epoch", "threshold", "opened", "wait", "participants",
		"from", "dealers", "receiver", "items", NULL };
	struct ceremony *c = calloc(1, sizeof(*c));
	struct object o;
	struct at at;
	bool rc;

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	if (!object_open(KIND_CEREMONY, j, members, &o, &at, e)) {
		free(c);
		return NULL;
	}
	c->digest = o.digest;
	c->genesis = o.genesis;
	rc = read_ceremony(&at, c);
	object_free(&o);
	if (rc)
		return c;
	ceremony_free(c);
	return NULL;
}

void ceremony_free(struct ceremony *c)
{
	if (c == NULL)
		return;
	free(c->items);
	free(c);
}

/* ---- printing */

static json_t *print_participant(const struct participant *p)
{
	json_t *o = json_object();

	if (object_set_int(o, "number", p->number) && object_set_id16(o, "member", &p->member) && object_set_key(o, "key", &p->key))
		return o;
	json_decref(o);
	return NULL;
}

static bool set_list(json_t *o, const struct signing_item *i)
{
	json_t *list = json_object();

	if (object_set_int(list, "number", (int64_t)i->list.number) && object_set_int(list, "size", (int64_t)i->list.size) &&
		object_set_int(list, "this", i->list.this_update) && object_set_int(list, "next", i->list.next_update))
		return json_object_set_new(o, "list", list) == 0;
	json_decref(list);
	return false;
}

static json_t *print_item(const struct signing_item *i)
{
	json_t *o = json_object();

	if (object_set_string(o, "what", signing_words[i->what]) && object_set_digest(o, "subject", &i->subject) &&
		object_set_digest(o, "bytes", &i->bytes) && (i->what != SIGNING_LIST || set_list(o, i)))
		return o;
	json_decref(o);
	return NULL;
}

static bool set_participants(json_t *o, const struct ceremony *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n; i++) {
		if (json_array_append_new(list, print_participant(&c->members[i])) != 0) {
			json_decref(list);
			return false;
		}
	}
	return json_object_set_new(o, "participants", list) == 0;
}

static bool set_items(json_t *o, const struct ceremony *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->items_n; i++) {
		if (json_array_append_new(list, print_item(&c->items[i])) != 0) {
			json_decref(list);
			return false;
		}
	}
	return json_object_set_new(o, "items", list) == 0;
}

json_t *ceremony_print(const struct ceremony *c)
{
	const bool deals = c->purpose == CEREMONY_RESHARE || c->purpose == CEREMONY_SHARE;
	json_t *o = object_begin(KIND_CEREMONY, &c->genesis);

	if (object_set_digest(o, "charter", &c->charter) && object_set_int(o, "number", (int64_t)c->number) &&
		object_set_string(o, "purpose", purposes[c->purpose]) && object_set_int(o, "epoch", c->epoch) &&
		object_set_int(o, "threshold", (int64_t)c->t) && object_set_int(o, "opened", c->opened) &&
		object_set_int(o, "wait", c->wait) && set_participants(o, c) &&
		(c->purpose == CEREMONY_KEY || object_set_digest(o, "from", &c->from)) &&
		(!deals || object_set_share_ids(o, "dealers", c->dealers, c->dealers_n)) &&
		(c->purpose != CEREMONY_SHARE || object_set_int(o, "receiver", c->receiver)) &&
		(c->purpose != CEREMONY_SIGN || set_items(o, c)))
		return o;
	json_decref(o);
	return NULL;
}
