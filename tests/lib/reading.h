/* SPDX-License-Identifier: ISC
 * A record half audited: read, and believed as far as a test wants. */
#ifndef TESTS_LIB_READING_H
#define TESTS_LIB_READING_H

#include "peer/record_state.h"
#include "tests/lib/recorded.h"

static struct record *r;
static struct err why;
static json_t *read_doc;

/* The record of an admission. */
static inline json_t *admitted(void)
{
	open_hall(NULL);
	admit();
	return hall_record(h, true);
}

/* Reads a document (taken), which must be well formed. */
static inline void reading(json_t *doc)
{
	r = calloc(1, sizeof(*r));
	assert_non_null(r);
	err_clear(&why);
	read_doc = doc;
	r->c = w->c;
	r->e = &why;
	r->whole = true;
	if (!record_read(r, doc))
		fail_msg("%s %s: %s", why.name, why.pointer, why.text);
}

static inline void is_refused(bool rc, const char *name)
{
	assert_false(rc);
	assert_string_equal(why.name, name);
	err_clear(&why);
}

static inline void is_believed(bool rc)
{
	if (!rc)
		fail_msg("%s: %s", why.name, why.text);
}

/* Frees record, document and hall. */
static inline int put_away(void **state)
{
	record_free(r);
	r = NULL;
	json_decref(read_doc);
	read_doc = NULL;
	return down(state);
}
#define READ_TEST(name) cmocka_unit_test_teardown(test_##name, put_away)

#endif
