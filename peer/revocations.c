/* SPDX-License-Identifier: ISC */
#include "peer/revocations.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

/* What an entry covers: one of three things, and the 16 or 32 bytes that name it. What it is goes into the hash, so that a member and a
 * serial of equal bytes differ. */
enum { COVERS_MEMBER = 1, COVERS_KEY = 2, COVERS_SERIAL = 3 };
struct target {
	uint8_t text[1 + sizeof(struct digest)];
	size_t n;
};

/* Open addressing, a power of two of slots, at most half of them used. A slot is a byte of its target's hash (0: empty) and, apart from it,
 * the number of its entry: who is not on the list is known from the bytes alone, which for a million entries are 2 MiB and stay cached. */
struct revoked_index {
	uint64_t mask;
	uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t *tags;      /* in the same allocation, behind the entries */
	uint32_t entries[]; /* indices into the list */
};

static struct target target_of(uint8_t covers, const void *p, size_t n)
{
	struct target t = { .n = n + 1 };

	t.text[0] = covers;
	memcpy(t.text + 1, p, n);
	return t;
}

static struct target entry_target(const struct revoked *r)
{
	if (r->has_key)
		return target_of(COVERS_KEY, r->key.b, sizeof(r->key.b));
	if (r->has_serial)
		return target_of(COVERS_SERIAL, r->serial.b, sizeof(r->serial.b));
	return target_of(COVERS_MEMBER, r->member.b, sizeof(r->member.b));
}

static bool entry_is(const struct revoked *r, const struct target *t)
{
	struct target own = entry_target(r);

	return own.n == t->n && memcmp(own.text, t->text, t->n) == 0;
}

/* Members and keys are in part chosen by those whom the list concerns: the hash has a key that none foresees, the list's own digest. */
static uint64_t hash(const struct revoked_index *x, const struct target *t)
{
	uint8_t h[crypto_shorthash_BYTES];

	crypto_shorthash(h, t->text, t->n, x->key);
	return bytes_u64(h);
}

/* The slot of this target, or the empty one where it would stand. */
static uint64_t find_slot(const struct revocations *l, const struct target *t, uint8_t *tag)
{
	const struct revoked_index *x = l->index;
	uint64_t h = hash(x, t);
	uint64_t i = h & x->mask;

	*tag = (uint8_t)(1 + (h >> 57));
	while (x->tags[i] != 0) {
		if (x->tags[i] == *tag && entry_is(&l->r[x->entries[i]], t))
			break;
		i = (i + 1) & x->mask;
	}
	return i;
}

static struct revoked_index *index_new(size_t n, const struct digest *key)
{
	struct revoked_index *x;
	size_t size = 4;

	while (size < 2 * n)
		size *= 2;
	x = calloc(1, sizeof(*x) + size * (sizeof(x->entries[0]) + sizeof(x->tags[0])));
	if (x == NULL)
		return NULL;
	x->mask = size - 1;
	x->tags = (uint8_t *)&x->entries[size];
	memcpy(x->key, key->b, sizeof(x->key));
	return x;
}

bool revocations_index(struct revocations *l, struct err *e)
{
	free(l->index);
	l->index = NULL;
	if (l->n > UINT32_MAX / 4)
		return err_set(e, "out_of_range", "the list has more entries than this program can look up");
	l->index = index_new(l->n, &l->digest);
	if (l->index == NULL)
		return err_memory(e);
	for (size_t i = 0; i < l->n; i++) {
		struct target t = entry_target(&l->r[i]);
		uint8_t tag;
		uint64_t slot = find_slot(l, &t, &tag);

		if (l->index->tags[slot] != 0) /* of several entries for one target the earliest stands for all */
			continue;
		l->index->tags[slot] = tag;
		l->index->entries[slot] = (uint32_t)i;
	}
	return true;
}

static const struct revoked *find(const struct revocations *l, struct target t)
{
	uint8_t tag;
	uint64_t slot;

	if (l->index != NULL) {
		slot = find_slot(l, &t, &tag);
		return l->index->tags[slot] == 0 ? NULL : &l->r[l->index->entries[slot]];
	}
	for (size_t i = 0; i < l->n; i++)
		if (entry_is(&l->r[i], &t))
			return &l->r[i];
	return NULL;
}

const struct revoked *revocations_find(
	const struct revocations *l, const struct id16 *member, const struct digest *key, const struct id16 *serial)
{
	const struct revoked *r;

	if (l->n == 0)
		return NULL;
	r = find(l, target_of(COVERS_MEMBER, member->b, sizeof(member->b)));
	if (r == NULL)
		r = find(l, target_of(COVERS_KEY, key->b, sizeof(key->b)));
	if (r == NULL)
		r = find(l, target_of(COVERS_SERIAL, serial->b, sizeof(serial->b)));
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct revoked *x = a, *y = b;
	int c = (x->from > y->from) - (x->from < y->from);

	if (c == 0)
		c = id16_compare(&x->member, &y->member);
	if (c == 0)
		c = (int)x->has_key - (int)y->has_key;
	if (c == 0 && x->has_key)
		c = digest_compare(&x->key, &y->key);
	if (c == 0)
		c = (int)x->has_serial - (int)y->has_serial;
	if (c == 0 && x->has_serial)
		c = id16_compare(&x->serial, &y->serial);
	return c;
}

void revocations_sort(struct revoked *r, size_t n)
{
	if (n > 1)
		qsort(r, n, sizeof(*r), compare);
}

static bool read_entry(const struct at *at, struct revoked *out)
{
	static const char *const members[] = { "member", "key", "serial", "from", "cause", NULL };
	int cause;

	if (!at_only(at, members) || !at_id16(at, "member", &out->member))
		return false;
	out->has_key = at_has(at, "key");
	out->has_serial = at_has(at, "serial");
	if (out->has_key && out->has_serial)
		return at_refuse(at, "bad_value", "an entry covers a member, one key or one serial: not a key and a serial");
	if ((out->has_key && !at_thumb(at, "key", &out->key)) || (out->has_serial && !at_id16(at, "serial", &out->serial)))
		return false;
	if (!at_int(at, "from", 0, TIME_MAX, &out->from) || !at_word(at, "cause", cause_words, &cause))
		return false;
	out->cause = (enum cause)cause;
	return true;
}

static bool read_entries(const struct at *at, struct revocations *l)
{
	struct at list, one;
	size_t n;

	/* The cap on the payload is the cap on their number: an entry takes 60 bytes at the least. */
	if (!at_member(at, "entries", &list) || !at_array(&list, 0, REVOCATIONS_MAX / 60, &n))
		return false;
	l->r = calloc(n == 0 ? 1 : n, sizeof(*l->r));
	if (l->r == NULL)
		return err_memory(at->e);
	for (l->n = 0; l->n < n; l->n++) {
		if (!at_element(&list, l->n, &one) || !read_entry(&one, &l->r[l->n]))
			return false;
		if (l->n > 0 && compare(&l->r[l->n - 1], &l->r[l->n]) >= 0)
			return at_refuse(&one, "not_sorted", "entries are sorted by from, member, key and serial, each once");
	}
	return true;
}

static bool read_list(const struct at *at, struct revocations *l)
{
	int64_t number, version;

	if (!at_int(at, "number", 0, JSON_INT_MAX, &number) || !at_int(at, "this", 0, TIME_MAX, &l->this_update) ||
		!at_int(at, "next", 0, TIME_MAX, &l->next_update) || !at_int(at, "version", 1, UINT32_MAX, &version))
		return false;
	l->number = (uint64_t)number;
	l->version = (uint32_t)version;
	if (l->next_update <= l->this_update)
		return at_refuse(at, "bad_value", "the next update must be later than this one");
	return at_digest(at, "charter", &l->charter) && at_tree(at, "log", &l->log_size, &l->log_root) && read_entries(at, l) &&
		revocations_index(l, at->e);
}

bool revocations_parse(const struct jws *j, struct revocations *out, struct err *e)
{
	static const char *const members[] = { "number", "this", "next", "version", "charter", "log", "entries", NULL };
	struct revocations l = { 0 };
	struct object o;
	struct at at;
	bool rc;

	memset(out, 0, sizeof(*out));
	if (!object_open(KIND_REVOCATIONS, j, members, &o, &at, e))
		return false;
	l.digest = o.digest;
	l.genesis = o.genesis;
	rc = read_list(&at, &l);
	object_free(&o);
	if (rc)
		*out = l;
	if (!rc)
		revocations_free(&l);
	return rc;
}

void revocations_free(struct revocations *l)
{
	if (l == NULL)
		return;
	free(l->r);
	free(l->index);
	memset(l, 0, sizeof(*l));
}

static json_t *print_entry(const struct revoked *r)
{
	json_t *o = json_object();

	if (object_set_id16(o, "member", &r->member) && (!r->has_key || object_set_thumb(o, "key", &r->key)) &&
		(!r->has_serial || object_set_id16(o, "serial", &r->serial)) && object_set_int(o, "from", r->from) &&
		object_set_string(o, "cause", cause_name(r->cause)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *print_entries(const struct revocations *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++) {
		if (json_array_append_new(list, print_entry(&l->r[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *revocations_print(const struct revocations *l)
{
	json_t *o = object_begin(KIND_REVOCATIONS, &l->genesis);

	if (object_set_int(o, "number", (int64_t)l->number) && object_set_int(o, "this", l->this_update) &&
		object_set_int(o, "next", l->next_update) && object_set_int(o, "version", l->version) &&
		object_set_digest(o, "charter", &l->charter) && object_set_tree(o, "log", l->log_size, &l->log_root) &&
		json_object_set_new(o, "entries", print_entries(l)) == 0)
		return o;
	json_decref(o);
	return NULL;
}
