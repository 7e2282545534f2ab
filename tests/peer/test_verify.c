/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/verify.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/trusts.h"

/* The world's trust, a founder's certificate, and what is wrong with them. */
static struct world *w;
static struct trust *t;
static struct buf der;
static struct gmc_result r;

static void load(struct revocations *l)
{
	struct err e = { 0 };

	trust_free(t);
	t = trust_of(w->c, world_trust(w, l == NULL ? NULL : world_list(w, l, w->keys->revocation)), NULL, &e);
	if (t == NULL)
		fail_msg("%s: %s", e.name, e.text);
}

static void open_world(void (*change)(json_t *charter))
{
	w = world_new(change);
	load(NULL);
	world_gmc(w, 0, &der);
}

static int up(void **state)
{
	(void)state;
	open_world(NULL);
	return 0;
}

static int down(void **state)
{
	(void)state;
	buf_free(&der);
	trust_free(t);
	world_free(w);
	t = NULL;
	w = NULL;
	return 0;
}

static void judged_at(int64_t now, enum gmc_verdict verdict, const char *reason)
{
	assert_int_equal(verify_gmc(w->c, t, buf_slice(&der), now, &r), verdict);
	assert_int_equal(r.verdict, verdict);
	assert_string_equal(r.reason, reason);
	assert_true(r.text[0] != '\0');
}

static void judged(enum gmc_verdict verdict, const char *reason)
{
	judged_at(w->now + 10, verdict, reason);
}

static void sealed(const struct gmc_fields *f)
{
	buf_free(&der);
	world_seal(w, f, &der);
}

static void test_member(void **state)
{
	struct digest none = { { 0 } };

	(void)state;
	judged(GMC_MEMBER, "ok");
	assert_memory_equal(r.member, w->members[0].member.b, 16);
	assert_memory_equal(r.node, w->members[0].node.b, 16);
	assert_memory_equal(r.charter, w->genesis.b, 32);
	assert_memory_equal(r.decision, w->genesis.b, 32);
	assert_memory_equal(r.key, w->members[0].thumb.b, 32);
	assert_int_equal(r.not_before, w->log[0].entry.time - PROFILE_BACKDATE);
	assert_int_equal(r.not_after, w->log[0].entry.time + 604800);
	assert_memory_not_equal(r.serial, none.b, 16);
	assert_string_equal(r.name, "");
	buf_free(&der);
	world_gmc(w, 2, &der); /* a P-256 key */
	judged(GMC_MEMBER, "ok");
	assert_memory_equal(r.key, w->members[2].thumb.b, 32);
}

static void named(json_t *charter)
{
	charters_set(charter, "/membership/names", "\"name\"");
}

static void test_name(void **state)
{
	struct gmc_fields f;

	(void)state;
	open_world(named);
	judged(GMC_MEMBER, "ok");
	assert_string_equal(r.name, "Fay");
	f = world_fields(w, 0);
	f.name = NULL;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
}

static void named_by_key(json_t *charter)
{
	charters_set(charter, "/membership/names", "\"key\"");
}

static void test_name_of_a_key(void **state)
{
	char hex[PROFILE_KEY_NAME];
	struct gmc_fields f;

	(void)state;
	open_world(named_by_key);
	judged(GMC_MEMBER, "ok");
	profile_key_name(sig_key_pub(w->members[0].key), hex);
	assert_string_equal(r.name, hex);
	f = world_fields(w, 0);
	f.key_name = false;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
	profile_key_name(sig_key_pub(w->members[1].key), hex); /* another's */
	f.name = hex;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
}

static void test_malformed(void **state)
{
	size_t n = der.n;

	(void)state;
	for (der.n = 0; der.n < n; der.n++)
		judged(GMC_FORGED, "malformed");
	buf_add_u8(&der, 0);
	judged(GMC_FORGED, "malformed");
	assert_int_equal(r.not_after, 0);
}

/* Of each byte one bit: nothing of it is taken for a member's any more. */
static void test_every_byte_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < der.n; i++) {
		der.p[i] ^= (uint8_t)(1 << (i % 8));
		assert_int_not_equal(verify_gmc(w->c, t, buf_slice(&der), w->now + 10, &r), GMC_MEMBER);
		der.p[i] ^= (uint8_t)(1 << (i % 8));
	}
	judged(GMC_MEMBER, "ok");
}

static void test_foreign(void **state)
{
	(void)state;
	buf_free(&der);
	world_ca(w, &der);
	judged(GMC_NOT_MEMBER, "foreign");
}

static void test_newer_profile(void **state)
{
	static const uint8_t version[] = { 0x02, 0x01, PROFILE_MEMBERSHIP, 0x0a, 0x01 };
	uint8_t *at = memmem(der.p, der.n, version, sizeof(version));

	(void)state;
	assert_non_null(at);
	at[2]++;
	judged(GMC_CANNOT_TELL, "newer_profile");
}

static void test_wrong_group(void **state)
{
	struct gmc_fields f = world_fields(w, 0);

	(void)state;
	f.genesis = f.decision = digest_fill(5);
	sealed(&f);
	judged(GMC_NOT_MEMBER, "wrong_group");
	assert_memory_equal(r.member, w->members[0].member.b, 16);
}

static void test_ca(void **state)
{
	struct gmc_fields f = world_fields(w, 0);

	(void)state;
	f.issuer_ski[0] ^= 1;
	sealed(&f);
	judged(GMC_CANNOT_TELL, "unknown_ca");
	buf_free(&der);
	world_gmc(w, 0, &der);
	der.p[der.n - 1] ^= 1;
	judged(GMC_FORGED, "bad_signature");
}

static void test_charter(void **state)
{
	struct gmc_fields f = world_fields(w, 0);

	(void)state;
	f.charter = digest_fill(5);
	sealed(&f);
	judged(GMC_CANNOT_TELL, "unknown_charter");
}

/* Signed by the issuing key, and yet nothing that the charter would have had. */
static void test_not_as_chartered(void **state)
{
	struct gmc_fields good = world_fields(w, 0), f = good;

	(void)state;
	f.not_after++;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
	f = good;
	f.not_before--;
	sealed(&f); /* longer than the life, and before the CA */
	judged(GMC_FORGED, "not_as_chartered");
	f = good;
	f.overlay = "other.example";
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
	f = good;
	f.name = "Fay";
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
	f = good;
	f.not_before = CHARTERS_UNTIL - PROFILE_BACKDATE;
	f.not_after = CHARTERS_UNTIL;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
}

static void test_before_the_ca(void **state)
{
	struct gmc_fields f = world_fields(w, 0);

	(void)state;
	f.not_before -= 10;
	f.not_after -= 10;
	sealed(&f);
	judged(GMC_FORGED, "not_as_chartered");
}

static void only_ed25519(json_t *charter)
{
	charters_set(charter, "/membership/keys", "[\"Ed25519\"]");
}

static void test_kind_of_key(void **state)
{
	(void)state;
	open_world(only_ed25519);
	judged(GMC_MEMBER, "ok");
	buf_free(&der);
	world_gmc(w, 2, &der);
	judged(GMC_FORGED, "not_as_chartered");
}

static void later_key(json_t *charter)
{
	charters_set(charter, "/authority/issuing/0/from", "1800000061");
}

static void test_before_the_key(void **state)
{
	(void)state;
	open_world(later_key);
	judged(GMC_FORGED, "not_as_chartered");
}

static void test_validity(void **state)
{
	int64_t from = w->log[0].entry.time - PROFILE_BACKDATE, until = w->log[0].entry.time + 604800;
	struct revocations l = world_revocations(w);

	(void)state;
	l.this_update = until - 100;
	l.next_update = until + 100;
	load(&l);
	judged_at(from - 1, GMC_EXPIRED, "not_yet_valid");
	judged_at(from, GMC_MEMBER, "ok");
	judged_at(until, GMC_MEMBER, "ok");
	judged_at(until + 1, GMC_EXPIRED, "expired");
	assert_non_null(strstr(r.text, "2027-"));
}

static struct revoked whole_member(size_t i)
{
	return (struct revoked){ .member = w->members[i].member, .from = w->now, .cause = CAUSE_CESSATION };
}

static void test_revoked(void **state)
{
	struct revoked one = whole_member(0);
	struct revocations l = world_revocations(w);
	struct gmc_fields f = world_fields(w, 0);

	(void)state;
	l.r = &one;
	l.n = 1;
	load(&l);
	judged(GMC_REVOKED, "revoked");
	one = whole_member(1);
	load(&l);
	judged(GMC_MEMBER, "ok");
	one.has_key = true;
	one.key = w->members[0].thumb;
	load(&l);
	judged(GMC_REVOKED, "revoked");
	one.has_key = false;
	one.has_serial = true;
	one.serial = f.serial;
	load(&l);
	judged(GMC_REVOKED, "revoked");
	one.serial.b[15] ^= 1;
	load(&l);
	judged(GMC_MEMBER, "ok");
}

/* Each answer hides those that come after it. */
static void test_order(void **state)
{
	struct revoked one = whole_member(0);
	struct revocations l = world_revocations(w);
	int64_t late = w->log[0].entry.time + 604801;

	(void)state;
	l.r = &one;
	l.n = 1;
	load(&l);
	judged_at(late, GMC_EXPIRED, "expired");
	judged_at(l.next_update + 86401, GMC_REVOKED, "revoked");
	der.p[der.n - 1] ^= 1;
	judged_at(late, GMC_FORGED, "bad_signature");
}

static void test_freshness(void **state)
{
	int64_t end = w->now + 2 * 3600 + 86400;

	(void)state;
	judged_at(end, GMC_MEMBER, "ok");
	judged_at(end + 1, GMC_CANNOT_TELL, "stale");
	t->has_revocations = false;
	judged(GMC_CANNOT_TELL, "no_list");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(member),
		cmocka_unit_test_teardown(test_name, down),
		cmocka_unit_test_teardown(test_name_of_a_key, down),
		TEST(malformed),
		TEST(every_byte_counts),
		TEST(foreign),
		TEST(newer_profile),
		TEST(wrong_group),
		TEST(ca),
		TEST(charter),
		TEST(not_as_chartered),
		TEST(before_the_ca),
		cmocka_unit_test_teardown(test_kind_of_key, down),
		cmocka_unit_test_teardown(test_before_the_key, down),
		TEST(validity),
		TEST(revoked),
		TEST(order),
		TEST(freshness),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
