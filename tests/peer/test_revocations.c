/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "peer/revocations.h"
#include "tests/lib/envelopes.h"

#define D1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define T1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

struct desk {
	struct crypto *c;
	struct sig_key *key;
};

static int open_desk(void **state)
{
	static struct desk d;

	d.c = envelope_crypto();
	d.key = envelope_key(SIG_ED25519);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;

	sig_key_free(d->key);
	crypto_free(d->c);
	return 0;
}

static struct revocations list_of(struct revoked *r, size_t n)
{
	struct revocations l = { .genesis = digest_fill(1),
		.charter = digest_fill(2),
		.number = 41,
		.this_update = 1800000000,
		.next_update = 1800007200,
		.version = 3,
		.log_size = 99,
		.log_root = digest_fill(4),
		.r = r,
		.n = n };

	revocations_sort(r, n);
	return l;
}

/* Signed, read and indexed as a peer does it; what is borrowed by l stays the caller's. */
static struct revocations travel(struct desk *d, const struct revocations *l)
{
	struct jws j = envelope(d->c, KIND_REVOCATIONS, revocations_print(l), d->key);
	struct revocations got;
	struct err e = { 0 };

	if (!revocations_parse(&j, &got, &e))
		fail_msg("%s: %s", e.name, e.text);
	jws_free(&j);
	return got;
}

static void a_list_comes_back(void **state)
{
	struct revoked r[] = {
		{ .member = id16_fill(1), .from = 30, .cause = CAUSE_CESSATION },
		{ .member = id16_fill(2), .from = 10, .cause = CAUSE_SUPERSEDED, .has_key = true, .key = digest_fill(7) },
		{ .member = id16_fill(2), .from = 20, .cause = CAUSE_UNSPECIFIED, .has_serial = true, .serial = id16_fill(8) },
	};
	struct revocations l = list_of(r, 3), got = travel(*state, &l);

	assert_int_equal(got.number, 41);
	assert_int_equal(got.this_update, 1800000000);
	assert_int_equal(got.next_update, 1800007200);
	assert_int_equal(got.version, 3);
	assert_int_equal(got.log_size, 99);
	assert_memory_equal(&got.log_root, &l.log_root, sizeof(l.log_root));
	assert_memory_equal(&got.charter, &l.charter, sizeof(l.charter));
	assert_memory_equal(&got.genesis, &l.genesis, sizeof(l.genesis));
	assert_int_equal(got.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(got.r[i].from, 10 * (int)(i + 1));
		assert_int_equal(got.r[i].cause, r[i].cause);
		assert_int_equal(got.r[i].has_key, r[i].has_key);
		assert_int_equal(got.r[i].has_serial, r[i].has_serial);
		assert_memory_equal(&got.r[i].member, &r[i].member, sizeof(r[i].member));
		assert_memory_equal(&got.r[i].key, &r[i].key, sizeof(r[i].key));
		assert_memory_equal(&got.r[i].serial, &r[i].serial, sizeof(r[i].serial));
	}
	revocations_free(&got);
}

static void an_entry_covers_member_key_or_serial(void **state)
{
	struct revoked r[] = {
		{ .member = id16_fill(1), .from = 30, .cause = CAUSE_CESSATION },
		{ .member = id16_fill(2), .from = 10, .cause = CAUSE_SUPERSEDED, .has_key = true, .key = digest_fill(7) },
		{ .member = id16_fill(3), .from = 20, .cause = CAUSE_UNSPECIFIED, .has_serial = true, .serial = id16_fill(8) },
	};
	struct revocations l = list_of(r, 3), got = travel(*state, &l);
	struct id16 m1 = id16_fill(1), m2 = id16_fill(2), m3 = id16_fill(3), m8 = id16_fill(8), s8 = id16_fill(8), s9 = id16_fill(9);
	struct digest k7 = digest_fill(7), k6 = digest_fill(6);

	assert_int_equal(revocations_find(&got, &m1, &k6, &s9)->from, 30);
	assert_int_equal(revocations_find(&got, &m2, &k7, &s9)->from, 10);
	assert_int_equal(revocations_find(&got, &m3, &k6, &s8)->from, 20);
	/* The member of an entry for a key or a serial keeps its other keys and certificates. */
	assert_null(revocations_find(&got, &m2, &k6, &s9));
	assert_null(revocations_find(&got, &m3, &k6, &s9));
	/* A revoked key is revoked in other hands too. */
	assert_int_equal(revocations_find(&got, &m3, &k7, &s9)->from, 10);
	/* A member is not a serial, though both have 16 bytes. */
	assert_null(revocations_find(&got, &m8, &k6, &m1));
	revocations_free(&got);
}

static void an_empty_list_covers_nobody(void **state)
{
	struct revocations l = list_of(NULL, 0), got = travel(*state, &l), none = { 0 };
	struct id16 id = id16_fill(0);
	struct digest k = digest_fill(0);

	assert_int_equal(got.n, 0);
	assert_null(revocations_find(&got, &id, &k, &id));
	assert_null(revocations_find(&none, &id, &k, &id));
	revocations_free(&got);
	revocations_free(NULL);
}

static struct revoked numbered(uint32_t i)
{
	struct revoked r = { .from = 1000 + (int64_t)(i % 7), .cause = CAUSE_SUPERSEDED, .has_key = i % 3 == 1, .has_serial = i % 3 == 2 };

	for (int k = 0; k < 4; k++)
		r.member.b[k] = r.key.b[k] = r.serial.b[k] = (uint8_t)(i >> 8 * k);
	if (!r.has_key)
		memset(&r.key, 0, sizeof(r.key));
	if (!r.has_serial)
		memset(&r.serial, 0, sizeof(r.serial));
	return r;
}

/* Every entry of a large list is found, and what is not in it is not; with the index as without. */
static void index_and_walk_agree(void **state)
{
	enum { N = 3000 };
	struct revoked *r = calloc(N, sizeof(*r));
	struct revocations l;
	size_t hits = 0;

	(void)state;
	assert_non_null(r);
	for (uint32_t i = 0; i < N; i++)
		r[i] = numbered(i);
	l = list_of(r, N);
	for (uint32_t i = 0; i < 2 * N; i += 5) {
		struct revoked probe = numbered(i);
		const struct revoked *walked, *looked_up;

		free(l.index);
		l.index = NULL;
		walked = revocations_find(&l, &probe.member, &probe.key, &probe.serial);
		if (i % 500 == 0)
			assert_true(revocations_index(&l, NULL));
		looked_up = revocations_find(&l, &probe.member, &probe.key, &probe.serial);
		assert_ptr_equal(walked, looked_up);
		hits += walked != NULL;
	}
	assert_true(revocations_index(&l, NULL));
	for (uint32_t i = 0; i < 2 * N; i++) {
		struct revoked probe = numbered(i);

		assert_int_equal(revocations_find(&l, &probe.member, &probe.key, &probe.serial) != NULL, i < N);
	}
	assert_int_equal(hits, N / 5);
	revocations_free(&l);
}

static void of_two_entries_for_one_target_the_earlier_stands(void **state)
{
	struct revoked r[] = {
		{ .member = id16_fill(1), .from = 30, .cause = CAUSE_CESSATION },
		{ .member = id16_fill(1), .from = 10, .cause = CAUSE_PRIVILEGE },
	};
	struct revocations l = list_of(r, 2), got = travel(*state, &l);
	struct id16 id = id16_fill(1);
	struct digest k = digest_fill(0);

	assert_int_equal(revocations_find(&got, &id, &k, &id)->from, 10);
	revocations_free(&got);
}

static void refused(struct desk *d, const char *entries, const char *name)
{
	struct buf b = { 0 };
	struct jws j;
	struct revocations got;
	struct err e = { 0 };

	buf_add_str(&b,
		"{\"kind\":\"gmc-revocations\",\"format\":1,\"genesis\":\"" D1 "\",\"number\":1,\"version\":1,\"charter\":\"" D1
		"\",\"log\":{\"size\":1,\"root\":\"" D1 "\"},");
	buf_add_str(&b, entries);
	buf_add_str(&b, "}");
	j = envelope_around(d->c, KIND_REVOCATIONS, buf_cstr(&b), d->key);
	assert_false(revocations_parse(&j, &got, &e));
	assert_string_equal(e.name, name);
	assert_null(got.r);
	jws_free(&j);
	buf_free(&b);
}

#define ONE(member, from) "{\"member\":\"" member "\",\"from\":" from ",\"cause\":\"superseded\"}"
#define TIMES "\"this\":10,\"next\":20,"

static void entries_are_sorted_each_once(void **state)
{
	refused(*state, TIMES "\"entries\":[" ONE(A, "2") "," ONE(A, "1") "]", "not_sorted");
	refused(*state, TIMES "\"entries\":[" ONE(B, "1") "," ONE(A, "1") "]", "not_sorted");
	refused(*state, TIMES "\"entries\":[" ONE(A, "1") "," ONE(A, "1") "]", "not_sorted");
	refused(*state, TIMES "\"entries\":[{\"member\":\"" A "\",\"key\":\"" T1 "\",\"from\":1,\"cause\":\"superseded\"}," ONE(A, "1") "]",
		"not_sorted");
}

static void a_list_is_held_to_its_form(void **state)
{
	refused(*state, "\"this\":10,\"next\":10,\"entries\":[]", "bad_value");
	refused(*state, "\"this\":10,\"entries\":[]", "missing_member");
	refused(*state, TIMES "\"entries\":{}", "wrong_type");
	refused(*state, TIMES "\"entries\":[7]", "wrong_type");
	refused(*state, TIMES "\"entries\":[{\"from\":1,\"cause\":\"superseded\"}]", "missing_member");
	refused(*state, TIMES "\"entries\":[{\"member\":\"" A "\",\"from\":1,\"cause\":\"hunger\"}]", "bad_value");
	refused(*state,
		TIMES "\"entries\":[{\"member\":\"" A "\",\"key\":\"" T1 "\",\"serial\":\"" B "\",\"from\":1,\"cause\":\"superseded\"}]",
		"bad_value");
	refused(*state, TIMES "\"entries\":[{\"member\":\"" A "\",\"node\":\"" B "\",\"from\":1,\"cause\":\"superseded\"}]",
		"unknown_member");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_comes_back),
		cmocka_unit_test(an_entry_covers_member_key_or_serial),
		cmocka_unit_test(an_empty_list_covers_nobody),
		cmocka_unit_test(index_and_walk_agree),
		cmocka_unit_test(of_two_entries_for_one_target_the_earlier_stands),
		cmocka_unit_test(entries_are_sorted_each_once),
		cmocka_unit_test(a_list_is_held_to_its_form),
	};

	return cmocka_run_group_tests_name("revocations", tests, open_desk, close_desk);
}
