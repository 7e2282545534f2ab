/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/charters.h"
#include "tests/voting/objects.h"
#include "voting/freeze.h"

static const struct freeze example = { .genesis = { { 1 } }, .charter = { { 2 } }, .until = 90000, .iat = 5 };

static json_t *make(void)
{
	return freeze_print(&example);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct freeze f;

	return freeze_parse(j, &f, e);
}

static void what_is_printed_is_read(void **state)
{
	struct jws *j = envelope_of(KIND_FREEZE, make());
	struct freeze back;
	struct digest d;

	(void)state;
	jws_digest(j, KIND_FREEZE, &d);
	assert_true(freeze_parse(j, &back, NULL));
	assert_memory_equal(&back.digest, &d, sizeof(d));
	assert_memory_equal(&back.genesis, &example.genesis, sizeof(d));
	assert_memory_equal(&back.charter, &example.charter, sizeof(d));
	assert_int_equal(back.until, 90000);
	assert_int_equal(back.iat, 5);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change changes[] = {
		{ "charter", NULL, "missing_member", "/charter" },
		{ "charter", "\"\"", "bad_value", "/charter" },
		{ "until", NULL, "missing_member", "/until" },
		{ "until", "-1", "out_of_range", "/until" },
		{ "until", "\"soon\"", "wrong_type", "/until" },
		{ "iat", NULL, "missing_member", "/iat" },
		{ "why", "1", "unknown_member", "/why" },
	};

	(void)state;
	refused(KIND_FREEZE, make, parse, changes, sizeof(changes) / sizeof(changes[0]));
}

/* Under a charter that asks so many, signed by these keys: the name of the refusal, or "". Static text. */
static const char *signing(uint32_t needed, struct charters *t, const struct sig_key *const *keys, size_t n)
{
	static struct err e;
	struct buf payload = { 0 };
	json_t *first = charters_first(t), *o = make(), *doc;
	struct charter *c;
	struct jws j;
	struct at root;
	bool rc;

	e = (struct err){ 0 };
	if (needed > 0)
		charters_set(first, "/amending", needed == 1 ? "{\"freeze\":1}" : "{\"freeze\":2}");
	c = charters_parse(first, &e);
	assert_non_null(c);
	assert_true(json_write(o, &payload, &e));
	doc = jws_sign(t->crypto, KIND_FREEZE, buf_slice(&payload), keys, n, &e);
	assert_non_null(doc);
	root = at_root(doc, &e);
	assert_true(jws_read(&root, &j));
	rc = freeze_signed(t->crypto, &j, c, &e);
	assert_int_equal(rc, err_ok(&e));
	jws_free(&j);
	json_decref(doc);
	json_decref(o);
	buf_free(&payload);
	charter_free(c);
	return e.name;
}

static void administrators_sign_it_together(void **state)
{
	struct charters *t = charters_new();
	const struct sig_key *two[] = { t->admins[0], t->admins[1] };
	const struct sig_key *other[] = { t->admins[0], t->operators[0] }, *passkey[] = { t->passkey };

	(void)state;
	assert_string_equal(signing(0, t, two, 2), "not_allowed");
	assert_string_equal(signing(1, t, two, 1), "");
	assert_string_equal(signing(1, t, two, 2), "");
	assert_string_equal(signing(2, t, two, 1), "approvals_missing");
	assert_string_equal(signing(2, t, two, 2), "");
	assert_string_equal(signing(2, t, other, 2), "not_allowed");
	assert_string_equal(signing(1, t, passkey, 1), "not_allowed");
	charters_free(t);
}

static const char *beginning(int64_t until, int64_t now, int64_t last)
{
	static struct err e;
	struct freeze f = example;
	bool rc;

	f.until = until;
	e = (struct err){ 0 };
	rc = freeze_may_begin(&f, now, last, &e);
	assert_int_equal(rc, err_ok(&e));
	return e.name;
}

static void it_ends_in_time_and_a_day_lies_between_two(void **state)
{
	const int64_t now = 10000000;

	(void)state;
	assert_string_equal(beginning(now + 1, now, 0), "");
	assert_string_equal(beginning(now + FREEZE_MAX, now, 0), "");
	assert_string_equal(beginning(now + FREEZE_MAX + 1, now, 0), "out_of_range");
	assert_string_equal(beginning(now, now, 0), "out_of_range");
	assert_string_equal(beginning(now + 9, now, now + 1), "frozen");
	assert_string_equal(beginning(now + 9, now, now), "frozen_lately");
	assert_string_equal(beginning(now + 9, now, now - FREEZE_APART + 1), "frozen_lately");
	assert_string_equal(beginning(now + 9, now, now - FREEZE_APART), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(administrators_sign_it_together),
		cmocka_unit_test(it_ends_in_time_and_a_day_lies_between_two),
	};

	return cmocka_run_group_tests_name("freeze", tests, NULL, NULL);
}
