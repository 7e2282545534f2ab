/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "voting/proposal.h"
#include "tests/voting/objects.h"

static struct proposal example(enum question q)
{
	struct proposal p = { .genesis = { { 1 } },
		.charter = { { 2 } },
		.number = 2,
		.previous = { { 3 } },
		.question = q,
		.subject = { { 4 } },
		.electorate_size = 11,
		.electorate_root = { { 12 } },
		.electorate_n = 13,
		.opened = 1000,
		.term = 60 };

	if (q != Q_AMEND)
		p.member = id_with(5);
	if (q != Q_ADMIT)
		return p;
	p.key = digest_with(6);
	p.node = id_with(7);
	memset(p.seed, 8, sizeof(p.seed));
	p.seed_number = 9;
	return p;
}

static json_t *make_admit(void)
{
	struct proposal p = example(Q_ADMIT);

	return proposal_print(&p);
}

static json_t *make_expel(void)
{
	struct proposal p = example(Q_EXPEL);

	return proposal_print(&p);
}

static json_t *make_amend(void)
{
	struct proposal p = example(Q_AMEND);

	return proposal_print(&p);
}

static bool parse(const struct jws *j, struct err *e)
{
	struct proposal p;

	return proposal_parse(j, &p, e);
}

static void what_is_printed_is_read(void **state)
{
	(void)state;
	for (int q = Q_ADMIT; q <= Q_AMEND; q++) {
		struct proposal p = example((enum question)q), back;
		struct jws *j = envelope_of(KIND_PROPOSAL, proposal_print(&p));

		jws_digest(j, KIND_PROPOSAL, &p.digest);
		assert_true(proposal_parse(j, &back, NULL));
		assert_memory_equal(&back.digest, &p.digest, sizeof(p.digest));
		assert_memory_equal(&back.genesis, &p.genesis, sizeof(p.genesis));
		assert_memory_equal(&back.charter, &p.charter, sizeof(p.charter));
		assert_memory_equal(&back.previous, &p.previous, sizeof(p.previous));
		assert_memory_equal(&back.subject, &p.subject, sizeof(p.subject));
		assert_memory_equal(&back.key, &p.key, sizeof(p.key));
		assert_memory_equal(&back.member, &p.member, sizeof(p.member));
		assert_memory_equal(&back.node, &p.node, sizeof(p.node));
		assert_memory_equal(back.seed, p.seed, sizeof(p.seed));
		assert_memory_equal(&back.electorate_root, &p.electorate_root, sizeof(p.electorate_root));
		assert_int_equal(back.question, q);
		assert_int_equal(back.number, 2);
		assert_int_equal(back.seed_number, p.seed_number);
		assert_int_equal(back.electorate_size, 11);
		assert_int_equal(back.electorate_n, 13);
		assert_int_equal(back.opened, 1000);
		assert_int_equal(back.term, 60);
		assert_int_equal(proposal_closes(&back), 1060);
		envelope_free(j);
	}
}

static void the_first_follows_nothing(void **state)
{
	struct proposal p = example(Q_AMEND), back;
	struct jws *j;

	(void)state;
	p.number = 1;
	j = envelope_of(KIND_PROPOSAL, proposal_print(&p));
	assert_true(proposal_parse(j, &back, NULL));
	assert_int_equal(back.previous.b[0], 0);
	envelope_free(j);
}

static void what_does_not_belong_is_refused(void **state)
{
	const struct change admitting[] = {
		{ "number", "0", "out_of_range", "/number" },
		{ "number", "1", "bad_value", "/previous" },
		{ "previous", NULL, "missing_member", "/previous" },
		{ "question", "\"elect\"", "bad_value", "/question" },
		{ "key", NULL, "missing_member", "/key" },
		{ "member", NULL, "missing_member", "/member" },
		{ "node", NULL, "missing_member", "/node" },
		{ "node/seed", "\"AA\"", "out_of_range", "/node/seed" },
		{ "node/number", "-1", "out_of_range", "/node/number" },
		{ "node/more", "1", "unknown_member", "/node/more" },
		{ "electorate/n", "4294967296", "out_of_range", "/electorate/n" },
		{ "electorate/more", "1", "unknown_member", "/electorate/more" },
		{ "term", "59", "out_of_range", "/term" },
		{ "opened", NULL, "missing_member", "/opened" },
		{ "charter", NULL, "missing_member", "/charter" },
	};
	const struct change expelling[] = {
		{ "node", "{}", "unknown_member", "/node" },
		{ "key", "\"\"", "unknown_member", "/key" },
		{ "member", NULL, "missing_member", "/member" },
	};
	const struct change amending[] = { { "member", "\"05000000000000000000000000000000\"", "unknown_member", "/member" } };

	(void)state;
	refused(KIND_PROPOSAL, make_admit, parse, admitting, sizeof(admitting) / sizeof(admitting[0]));
	refused(KIND_PROPOSAL, make_expel, parse, expelling, sizeof(expelling) / sizeof(expelling[0]));
	refused(KIND_PROPOSAL, make_amend, parse, amending, 1);
}

/* Figures of another implementation: Python's hashlib over the bytes that the format names. */
static void derived_names_are_those_of_the_format(void **state)
{
	struct digest genesis, application, commitment;
	uint8_t seed[32];
	struct id16 id;
	char text[DIGEST_TEXT];

	(void)state;
	memset(&genesis, 1, sizeof(genesis));
	memset(&application, 2, sizeof(application));
	memset(seed, 3, sizeof(seed));
	proposal_member(&genesis, &application, seed, &id);
	id16_text(&id, text);
	assert_string_equal(text, "ff76ebf53fbc955a704ff6f256c3132f");
	proposal_node(&genesis, &application, seed, &id);
	id16_text(&id, text);
	assert_string_equal(text, "76dc7124773e6be5dc805ace7fa81cfe");
	proposal_commitment(&genesis, UINT64_C(0x0102030405060708), seed, &commitment);
	digest_text(&commitment, text);
	assert_string_equal(text, "sha256:068c0038f89134c2baf6fb6753ac64f13c51d2179a71cd10b6cd03b45c479793");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(the_first_follows_nothing),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(derived_names_are_those_of_the_format),
	};

	return cmocka_run_group_tests_name("proposal", tests, NULL, NULL);
}
