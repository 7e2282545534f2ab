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

/* With neighbours, and electors on probation. */
static struct proposal ringed(void)
{
	struct proposal p = example(Q_ADMIT);

	p.electorate_without = 13;
	p.has_ring = true;
	for (uint8_t i = 0; i < RING_MAX; i++)
		p.nearest[p.nearest_n++] = id_with(i);
	p.opposite[p.opposite_n++] = id_with(3); /* who stands in one list may stand in the other too */
	return p;
}

static json_t *make_ringed(void)
{
	struct proposal p = ringed();

	return proposal_print(&p);
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

static void a_ring_comes_back(void **state)
{
	(void)state;
	for (int lists = 0; lists < 4; lists++) {
		struct proposal p = ringed(), back;
		struct jws *j;

		p.nearest_n = lists & 1 ? p.nearest_n : 0;
		p.opposite_n = lists & 2 ? p.opposite_n : 0;
		j = envelope_of(KIND_PROPOSAL, proposal_print(&p));
		assert_true(proposal_parse(j, &back, NULL));
		assert_true(back.has_ring);
		assert_int_equal(back.electorate_without, 13);
		assert_int_equal(back.nearest_n, p.nearest_n);
		assert_int_equal(back.opposite_n, p.opposite_n);
		assert_memory_equal(back.nearest, p.nearest, p.nearest_n * sizeof(p.nearest[0]));
		assert_memory_equal(back.opposite, p.opposite, p.opposite_n * sizeof(p.opposite[0]));
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
	const struct change ring[] = {
		{ "ring/nearest", NULL, "missing_member", "/ring/nearest" },
		{ "ring/opposite", NULL, "missing_member", "/ring/opposite" },
		{ "ring/opposite", "[\"05000000000000000000000000000000\",\"05000000000000000000000000000000\"]", "bad_value",
			"/ring/opposite/1" },
		{ "ring/opposite", "[7]", "wrong_type", "/ring/opposite/0" },
		{ "ring/opposite", "null", "wrong_type", "/ring/opposite" },
		{ "ring/more", "[]", "unknown_member", "/ring/more" },
		{ "ring", "null", "wrong_type", "/ring" },
		{ "electorate/without", "0", "out_of_range", "/electorate/without" },
		{ "electorate/without", "14", "out_of_range", "/electorate/without" },
		{ "electorate/n", "12", "out_of_range", "/electorate/without" },
	};
	const struct change expelling[] = {
		{ "ring", "{\"nearest\":[],\"opposite\":[]}", "unknown_member", "/ring" },
		{ "node", "{}", "unknown_member", "/node" },
		{ "key", "\"\"", "unknown_member", "/key" },
		{ "member", NULL, "missing_member", "/member" },
	};
	const struct change amending[] = { { "ring", "{\"nearest\":[],\"opposite\":[]}", "unknown_member", "/ring" },
		{ "member", "\"05000000000000000000000000000000\"", "unknown_member", "/member" } };

	(void)state;
	refused(KIND_PROPOSAL, make_admit, parse, admitting, sizeof(admitting) / sizeof(admitting[0]));
	refused(KIND_PROPOSAL, make_expel, parse, expelling, sizeof(expelling) / sizeof(expelling[0]));
	refused(KIND_PROPOSAL, make_amend, parse, amending, sizeof(amending) / sizeof(amending[0]));
	refused(KIND_PROPOSAL, make_ringed, parse, ring, sizeof(ring) / sizeof(ring[0]));
}

static void a_ring_has_an_end(void **state)
{
	json_t *o = make_ringed();
	struct err e = { 0 };
	struct jws *j;

	(void)state;
	json_array_append_new(json_object_get(json_object_get(o, "ring"), "nearest"), json_string("ff000000000000000000000000000000"));
	j = envelope_of(KIND_PROPOSAL, o);
	assert_false(parse(j, &e));
	assert_string_equal(e.name, "out_of_range");
	assert_string_equal(e.pointer, "/ring/nearest");
	envelope_free(j);
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
	proposal_key_node(&genesis, &application, &id);
	id16_text(&id, text);
	assert_string_equal(text, "09d6d683886661898da068fa7422cf50");
	proposal_commitment(&genesis, UINT64_C(0x0102030405060708), seed, &commitment);
	digest_text(&commitment, text);
	assert_string_equal(text, "sha256:068c0038f89134c2baf6fb6753ac64f13c51d2179a71cd10b6cd03b45c479793");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(a_ring_comes_back),
		cmocka_unit_test(a_ring_has_an_end),
		cmocka_unit_test(the_first_follows_nothing),
		cmocka_unit_test(what_does_not_belong_is_refused),
		cmocka_unit_test(derived_names_are_those_of_the_format),
	};

	return cmocka_run_group_tests_name("proposal", tests, NULL, NULL);
}
