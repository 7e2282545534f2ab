/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/motion.h"
#include "tests/voting/objects.h"

static const struct motion expel = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.question = Q_EXPEL,
	.member = { { 3 } },
	.has_reason = true,
	.reason = { { 4 } },
	.iat = 1700000000 };
static const struct motion complained = { .genesis = { { 1 } },
	.charter = { { 2 } },
	.question = Q_EXPEL,
	.member = { { 3 } },
	.complaints = { { { 4 } }, { { 5 } } },
	.complaints_n = 2,
	.iat = 6 };
static const struct motion amend = { .genesis = { { 1 } }, .charter = { { 2 } }, .question = Q_AMEND, .subject = { { 3 } }, .iat = 5 };

static json_t *make_expel(void)
{
	return motion_print(&expel);
}

static json_t *make_amend(void)
{
	return motion_print(&amend);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct motion m;

	return motion_parse(j, &m, e);
}

static void there_and_back(const struct motion *m)
{
	struct jws *j = envelope_of(KIND_MOTION, motion_print(m));
	struct motion back, want = *m;

	jws_digest(j, KIND_MOTION, &want.digest);
	assert_true(motion_parse(j, &back, NULL));
	assert_memory_equal(&back.digest, &want.digest, sizeof(back.digest));
	assert_memory_equal(&back.genesis, &want.genesis, sizeof(back.genesis));
	assert_memory_equal(&back.charter, &want.charter, sizeof(back.charter));
	assert_memory_equal(&back.member, &want.member, sizeof(back.member));
	assert_memory_equal(&back.subject, &want.subject, sizeof(back.subject));
	assert_memory_equal(&back.reason, &want.reason, sizeof(back.reason));
	assert_int_equal(back.question, want.question);
	assert_int_equal(back.has_reason, want.has_reason);
	assert_int_equal(back.iat, want.iat);
	assert_int_equal(back.complaints_n, want.complaints_n);
	assert_memory_equal(back.complaints, want.complaints, sizeof(want.complaints));
	envelope_free(j);
}

static void what_is_printed_is_read(void **state)
{
	(void)state;
	there_and_back(&expel);
	there_and_back(&complained);
	there_and_back(&amend);
}

static void the_text_is_the_one_documented(void **state)
{
	struct jws *j = envelope_of(KIND_MOTION, make_expel());

	(void)state;
	assert_string_equal(buf_cstr(&j->payload),
		"{\"kind\":\"gmc-motion\",\"format\":1,"
		"\"genesis\":\"sha256:0100000000000000000000000000000000000000000000000000000000000000\","
		"\"charter\":\"sha256:0200000000000000000000000000000000000000000000000000000000000000\","
		"\"question\":\"expel\",\"member\":\"03000000000000000000000000000000\","
		"\"reason\":\"sha256:0400000000000000000000000000000000000000000000000000000000000000\",\"iat\":1700000000}");
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change expelling[] = {
		{ "question", "\"admit\"", "bad_value", "/question" },
		{ "subject", SOME_DIGEST, "unknown_member", "/subject" },
		{ "member", NULL, "missing_member", "/member" },
		{ "member", "\"03\"", "bad_value", "/member" },
		{ "reason", "null", "wrong_type", "/reason" },
		{ "complaints", "[]", "out_of_range", "/complaints" },
		{ "complaints", "[1]", "wrong_type", "/complaints/0" },
		{ "complaints", "[" SOME_DIGEST "," SOME_DIGEST "]", "not_sorted", "/complaints/1" },
		{ "iat", "-1", "out_of_range", "/iat" },
		{ "genesis", NULL, "missing_member", "/genesis" },
		{ "other", "1", "unknown_member", "/other" },
	};
	const struct change amending[] = {
		{ "member", "\"03000000000000000000000000000000\"", "unknown_member", "/member" },
		{ "subject", NULL, "missing_member", "/subject" },
		{ "charter", NULL, "missing_member", "/charter" },
		{ "complaints", "[" SOME_DIGEST "]", "unknown_member", "/complaints" },
	};

	(void)state;
	refused(KIND_MOTION, make_expel, parse, expelling, sizeof(expelling) / sizeof(expelling[0]));
	refused(KIND_MOTION, make_amend, parse, amending, sizeof(amending) / sizeof(amending[0]));
}

static void complete(const struct motion *m, uint32_t movers, bool complaint, size_t signatures, const char *name)
{
	struct charter c = { .version = 1, .expelling = { movers, complaint } };
	struct jws j = { .n = signatures };
	struct err e = { 0 };

	assert_int_equal(motion_complete(m, &j, &c, &e), name[0] == '\0');
	assert_string_equal(e.name, name);
}

static void as_many_move_as_the_charter_asks(void **state)
{
	(void)state;
	complete(&expel, 1, false, 1, "");
	complete(&expel, 2, false, 1, "movers_missing");
	complete(&expel, 2, false, 2, "");
	complete(&expel, 2, false, 3, "bad_jws");
	complete(&expel, 1, true, 1, "complaint_missing");
	complete(&complained, 1, true, 1, "");
	complete(&complained, 1, false, 1, "");
	complete(&amend, 2, true, 1, "");
}

static void another_kind_is_refused(void **state)
{
	struct jws *j = envelope_of(KIND_VOTE, make_expel());
	struct motion m = { .iat = 7 };
	struct err e = { 0 };

	(void)state;
	assert_false(motion_parse(j, &m, &e));
	assert_true(err_is(&e, "wrong_typ"));
	assert_int_equal(m.iat, 7);
	envelope_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(the_text_is_the_one_documented),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(as_many_move_as_the_charter_asks),
		cmocka_unit_test(another_kind_is_refused),
	};

	return cmocka_run_group_tests_name("motion", tests, NULL, NULL);
}
