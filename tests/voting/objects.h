/* SPDX-License-Identifier: ISC
 * Envelopes without a signature, for tests of what parsers read: the payload and its typ, as jws_parse would leave them. */
#ifndef TESTS_VOTING_OBJECTS_H
#define TESTS_VOTING_OBJECTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charter/object.h"

/* The payload text as an envelope of this kind; pass it to jws_free. */
static inline struct jws *envelope(const char *kind, const char *payload)
{
	struct jws *j = calloc(1, sizeof(*j));

	assert_non_null(j);
	snprintf(j->typ, sizeof(j->typ), "%s+jws", kind);
	buf_add_str(&j->payload, payload);
	return j;
}

static inline void envelope_free(struct jws *j)
{
	jws_free(j);
	free(j);
}

/* Takes the document: its compact text as an envelope. */
static inline struct jws *envelope_of(const char *kind, json_t *o)
{
	struct buf text = { 0 };
	struct jws *j;

	assert_non_null(o);
	assert_true(json_write(o, &text, NULL));
	json_decref(o);
	j = envelope(kind, buf_cstr(&text));
	buf_free(&text);
	return j;
}

/* A change to a document: `name` (one '/' leads to a member of a member) takes the JSON value `value`, or is taken out when it is NULL. */
struct change {
	const char *name, *value, *error, *pointer;
};

static inline struct jws *envelope_changed(const char *kind, json_t *o, const struct change *c)
{
	char name[64];
	json_t *in = o, *value;
	const char *slash = strchr(c->name, '/'), *last = slash != NULL ? slash + 1 : c->name;

	assert_non_null(o);
	if (slash != NULL) {
		snprintf(name, sizeof(name), "%.*s", (int)(slash - c->name), c->name);
		in = json_object_get(o, name);
	}
	if (c->value == NULL) {
		assert_int_equal(json_object_del(in, last), 0);
	} else {
		value = json_loads(c->value, JSON_DECODE_ANY, NULL);
		assert_non_null(value);
		assert_int_equal(json_object_set_new(in, last, value), 0);
	}
	return envelope_of(kind, o);
}

static inline struct digest digest_with(uint8_t first)
{
	struct digest d = { .b = { first } };

	return d;
}

static inline struct id16 id_with(uint8_t first)
{
	struct id16 id = { .b = { first } };

	return id;
}

/* Every change is refused by its name, at its place. `parse` is wrapped, so that one loop serves all objects. */
static inline void refused(
	const char *kind, json_t *(*make)(void), bool (*parse)(const struct jws *, struct err *), const struct change *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct err e = { 0 };
		struct jws *j = envelope_changed(kind, make(), &c[i]);
		bool ok = parse(j, &e);

		if (ok || !err_is(&e, c[i].error) || strcmp(e.pointer, c[i].pointer) != 0)
			print_error("change %zu, %s: %s at \"%s\": %s\n", i, c[i].name, ok ? "accepted" : e.name, e.pointer, e.text);
		assert_false(ok);
		assert_string_equal(e.name, c[i].error);
		assert_string_equal(e.pointer, c[i].pointer);
		envelope_free(j);
	}
}

#define SOME_DIGEST "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\""

#endif
