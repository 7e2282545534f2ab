/* SPDX-License-Identifier: ISC
 * Nobody chooses a field of a certificate: each follows from charter, issuing key and log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/issuance.h"

enum { TIME = 1800000000, LIFE = 604800 };

static struct sig_key *issuing, *member;
static struct charter c;
static struct issuer by;
static struct issuance is;

static int up(void **state)
{
	(void)state;
	issuing = sig_key_generate(SIG_P256, NULL);
	member = sig_key_generate(SIG_ED25519, NULL);
	memset(&c, 0, sizeof(c));
	memset(c.object.genesis.b, 1, 32);
	memset(c.object.digest.b, 2, 32);
	c.membership.life = LIFE;
	c.membership.names = NAMES_NAME;
	c.membership.overlay = "overlay.example";
	by = (struct issuer){ *sig_key_pub(issuing), 0, TIME + 10 * LIFE };
	is = (struct issuance){ .origin = ORIGIN_RENEWAL, .name = "Ada", .key = *sig_key_pub(member), .time = TIME };
	memset(is.cause.b, 3, 32);
	memset(is.decision.b, 4, 32);
	memset(is.member.b, 5, 16);
	memset(is.node.b, 6, 16);
	return 0;
}

static int down(void **state)
{
	(void)state;
	sig_key_free(issuing);
	sig_key_free(member);
	return 0;
}

static struct gmc_fields fields(void)
{
	struct gmc_fields f;

	memset(&f, 0xff, sizeof(f)); /* nothing of what was there is left */
	issuance_fields(&c, &by, &is, &f);
	return f;
}

static void each_field_follows(void **state)
{
	struct gmc_fields f = fields();
	struct id16 serial;
	uint8_t ski[20];

	(void)state;
	profile_serial(&is.cause, &serial);
	profile_ski(sig_key_pub(issuing), ski);
	assert_memory_equal(&f.serial, &serial, sizeof(serial));
	assert_memory_equal(&f.genesis, &c.object.genesis, 32);
	assert_memory_equal(&f.charter, &c.object.digest, 32);
	assert_memory_equal(&f.decision, &is.decision, 32);
	assert_int_equal(f.origin, ORIGIN_RENEWAL);
	assert_memory_equal(&f.member, &is.member, 16);
	assert_memory_equal(&f.node, &is.node, 16);
	assert_ptr_equal(f.overlay, c.membership.overlay);
	assert_true(sig_pub_equal(&f.key, sig_key_pub(member)));
	assert_int_equal(f.issuer_alg, SIG_P256);
	assert_memory_equal(f.issuer_ski, ski, 20);
}

/* Only a charter that shows names has them in certificates. */
static void names(void **state)
{
	(void)state;
	assert_ptr_equal(fields().name, is.name);
	assert_false(fields().key_name);
	c.membership.names = NAMES_NONE;
	assert_null(fields().name);
	assert_false(fields().key_name);
	c.membership.names = NAMES_KEY;
	assert_null(fields().name);
	assert_true(fields().key_name);
}

/* notBefore lies a little back, for clocks that differ; no certificate outlives the key that signed it. */
static void times(void **state)
{
	(void)state;
	assert_int_equal(fields().not_before, TIME - PROFILE_BACKDATE);
	assert_int_equal(fields().not_after, TIME + LIFE);
	by.not_after = TIME + LIFE;
	assert_int_equal(fields().not_after, TIME + LIFE);
	by.not_after--;
	assert_int_equal(fields().not_after, TIME + LIFE - 1);
}

/* The serial hangs on the cause alone, so that one cause never gets a second one. */
static void one_cause_has_one_serial(void **state)
{
	struct gmc_fields first = fields(), other;

	(void)state;
	is.time++;
	memset(is.decision.b, 9, 32);
	memset(c.object.digest.b, 9, 32);
	other = fields();
	assert_memory_equal(&first.serial, &other.serial, sizeof(first.serial));
	is.cause.b[31] ^= 1;
	other = fields();
	assert_memory_not_equal(&first.serial, &other.serial, sizeof(first.serial));
}

static void the_issuing_key_of_a_time(void **state)
{
	struct charter_issuer *k = c.authority.issuing;

	(void)state;
	assert_null(issuance_issuer(&c, 10));
	k[0] = (struct charter_issuer){ .from = 10, .until = 30 };
	k[1] = (struct charter_issuer){ .from = 20, .until = 40 };
	k[2] = (struct charter_issuer){ .from = 50, .until = 60 };
	c.authority.issuing_n = 3;
	assert_null(issuance_issuer(&c, 9));
	assert_ptr_equal(issuance_issuer(&c, 10), &k[0]);
	assert_ptr_equal(issuance_issuer(&c, 19), &k[0]);
	assert_ptr_equal(issuance_issuer(&c, 20), &k[1]); /* of two, the one that began last */
	assert_ptr_equal(issuance_issuer(&c, 39), &k[1]);
	assert_null(issuance_issuer(&c, 40));
	assert_null(issuance_issuer(&c, 60));
	k[3] = k[1];
	k[1] = k[0];
	k[0] = k[3];
	assert_ptr_equal(issuance_issuer(&c, 25), &k[0]); /* wherever it stands */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_field_follows, up, down),
		cmocka_unit_test_setup_teardown(names, up, down),
		cmocka_unit_test_setup_teardown(times, up, down),
		cmocka_unit_test_setup_teardown(one_cause_has_one_serial, up, down),
		cmocka_unit_test_setup_teardown(the_issuing_key_of_a_time, up, down),
	};

	return cmocka_run_group_tests_name("issuance", tests, NULL, NULL);
}
