/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "peer/recovery.h"
#include "tests/lib/envelopes.h"

static const uint8_t nonce[16] = { 1 };
static struct crypto *crypto;

static json_t *asking(const struct sig_key *to)
{
	struct recovery r = { .genesis = digest_fill(1), .charter = digest_fill(2), .member = id16_fill(3), .iat = 1800000000 };
	struct buf csr = { 0 };

	assert_true(csr_make(crypto, to, NULL, &csr, NULL));
	memcpy(r.csr, csr.p, csr.n);
	r.csr_n = csr.n;
	buf_free(&csr);
	return recovery_print(&r, nonce);
}

static void refused(struct jws j, const char *name)
{
	static const struct recovery zero;
	struct recovery got;
	struct err e = { 0 };

	assert_false(recovery_verify(crypto, &j, &got, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&got, &zero, sizeof(zero));
	jws_free(&j);
}

static void the_new_key_signs_alone(void **state)
{
	struct sig_key *new = envelope_key(SIG_ED25519), *other = envelope_key(SIG_ED25519);
	const struct sig_key *both[] = { new, other };
	const struct digest thumb = envelope_thumb(new);
	struct recovery got;
	struct err e = { 0 };
	struct jws j;

	(void)state;
	crypto = envelope_crypto();
	j = envelope(crypto, KIND_RECOVERY, asking(new), new);
	if (!recovery_verify(crypto, &j, &got, &e))
		fail_msg("%s: %s", e.name, e.text);
	assert_memory_equal(&got.thumb, &thumb, sizeof(thumb));
	assert_int_equal(got.member.b[0], 3);
	assert_int_equal(got.iat, 1800000000);
	jws_free(&j);
	refused(envelope(crypto, KIND_RECOVERY, asking(new), other), "wrong_key");
	refused(envelope_by(crypto, KIND_RECOVERY, asking(new), both, 2), "bad_jws");
	refused(envelope(crypto, KIND_RENEWAL, asking(new), new), "wrong_typ");
	sig_key_free(new);
	sig_key_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_new_key_signs_alone) };

	return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
