/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/evp.h>

#include "tests/voting/curves.h"
#include "voting/multisig.h"

enum { N = 11, SIGNERS = 4 };

/* Eleven members, of whom numbers 2, 3, 9 and 11 sign. */
static const share_id who[SIGNERS] = { 2, 3, 9, 11 };

struct meeting {
	struct share keys[N];
	struct point public[N];
	struct multisig_list list;
	struct round_nonce nonces[SIGNERS];
	struct round_commitment commitments[SIGNERS];
	struct round_part parts[SIGNERS];
	struct multisig_package package;
	struct multisig_signers signers;
	uint8_t signature[SIG_BYTES];
	bool bad[SIGNERS];
};

static void make(struct meeting *m, const char *message)
{
	uint8_t random[ROUND_RANDOM];

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < N; i++) {
		m->keys[i].id = (share_id)(i + 1);
		scalar_random(&m->keys[i].value);
		point_base(&m->keys[i].value, &m->public[i]);
	}
	assert_true(multisig_list_make(m->public, N, &m->list, NULL));
	for (size_t i = 0; i < SIGNERS; i++) {
		bytes_random(random, sizeof(random));
		round_commit(&m->keys[who[i] - 1], random, &m->nonces[i]);
		m->commitments[i] = m->nonces[i].commitment;
	}
	m->package = (struct multisig_package){ &m->list, slice_str(message), m->commitments, SIGNERS };
}

static void all_sign(struct meeting *m)
{
	for (size_t i = 0; i < SIGNERS; i++)
		assert_true(multisig_sign(&m->keys[who[i] - 1], &m->nonces[i], &m->package, &m->parts[i], NULL));
}

static bool combines(struct crypto *c, struct meeting *m, struct err *e)
{
	return multisig_combine(c, &m->package, m->parts, m->signature, &m->signers, m->bad, e);
}

static bool holds(struct crypto *c, const struct meeting *m, const char *message, struct err *e)
{
	return multisig_verify(c, &m->list, &m->signers, slice_str(message), m->signature, e);
}

static void some_sign_and_all_see_who(void **state)
{
	struct meeting m;

	make(&m, "a decision");
	all_sign(&m);
	assert_true(combines(*state, &m, NULL));
	assert_true(holds(*state, &m, "a decision", NULL));
	assert_int_equal(multisig_bitmap_bytes(&m.list), 2);
	assert_int_equal(m.signers.bits[0], 0x06);
	assert_int_equal(m.signers.bits[1], 0x05);
	for (share_id id = 0; id <= N + 1; id++)
		assert_int_equal(multisig_signed(&m.signers, id), id == 2 || id == 3 || id == 9 || id == 11);
}

/* Anybody's Ed25519 verifies it: here OpenSSL's, under the keys' sum, on what a reader of the header hashes. */
static void it_is_an_ordinary_signature(void **state)
{
	struct meeting m;
	struct point sum;
	struct digest d, list;
	struct buf text = { 0 };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key;

	make(&m, "a decision");
	all_sign(&m);
	assert_true(combines(*state, &m, NULL));
	buf_add(&text, "gmc-multisig-list/1", 20);
	buf_add(&text, m.public, sizeof(m.public));
	assert_true(EVP_Digest(text.p, text.n, list.b, NULL, EVP_sha256(), NULL));
	buf_free(&text);
	buf_add(&text, "gmc-multisig/1", 15);
	buf_add(&text, list.b, 32);
	buf_add(&text, "\x06\x05", 2);
	buf_add_str(&text, "a decision");
	assert_true(EVP_Digest(text.p, text.n, d.b, NULL, EVP_sha256(), NULL));
	buf_free(&text);
	point_add(&m.public[1], &m.public[2], &sum);
	point_add(&sum, &m.public[8], &sum);
	point_add(&sum, &m.public[10], &sum);
	key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, sum.b, 32);
	assert_true(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key));
	assert_int_equal(EVP_DigestVerify(ctx, m.signature, sizeof(m.signature), d.b, 32), 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static void refused(struct crypto *c, const struct meeting *m, const char *message, const char *name)
{
	struct err e = { 0 };

	assert_false(holds(c, m, message, &e));
	assert_string_equal(e.name, name);
}

static void nobody_is_put_in_or_taken_out(void **state)
{
	struct meeting m;
	struct point other = times(77);

	make(&m, "a decision");
	all_sign(&m);
	assert_true(combines(*state, &m, NULL));
	refused(*state, &m, "a precision", "bad_signature");
	for (size_t bit = 0; bit < N; bit++) {
		m.signers.bits[bit / 8] ^= (uint8_t)(1U << bit % 8);
		refused(*state, &m, "a decision", "bad_signature");
		m.signers.bits[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	m.signers.bits[N / 8] |= 1U << N % 8;
	refused(*state, &m, "a decision", "bad_bitmap");
	m.signers.bits[N / 8] ^= 1U << N % 8;
	m.signers.bits[MULTISIG_BITMAP - 1] = 0x80;
	refused(*state, &m, "a decision", "bad_bitmap");
	memset(&m.signers, 0, sizeof(m.signers));
	refused(*state, &m, "a decision", "bad_bitmap");
	assert_true(combines(*state, &m, NULL));
	assert_true(holds(*state, &m, "a decision", NULL));
	/* The list is signed too: another key of somebody who did not sign, or one member fewer. */
	assert_true(multisig_list_make(m.public, N - 1, &m.list, NULL));
	refused(*state, &m, "a decision", "bad_bitmap");
	m.public[0] = other;
	assert_true(multisig_list_make(m.public, N, &m.list, NULL));
	refused(*state, &m, "a decision", "bad_signature");
}

static void sign_refuses(struct meeting *m, size_t i, const char *name)
{
	struct err e = { 0 };

	assert_false(multisig_sign(&m->keys[who[i] - 1], &m->nonces[i], &m->package, &m->parts[i], &e));
	assert_string_equal(e.name, name);
	assert_false(m->nonces[i].fresh);
}

static void a_signer_refuses(void **state)
{
	struct meeting m;

	(void)state;
	make(&m, "twice");
	all_sign(&m);
	sign_refuses(&m, 0, "nonce_used");
	make(&m, "without it");
	m.package.n = 3;
	sign_refuses(&m, 3, "bad_package");
	make(&m, "altered");
	m.commitments[1].binding = times(3);
	sign_refuses(&m, 1, "bad_package");
	make(&m, "beyond the list");
	m.commitments[3].id = N + 1;
	sign_refuses(&m, 0, "bad_identifiers");
	make(&m, "number 0");
	m.commitments[0].id = 0;
	sign_refuses(&m, 1, "bad_identifiers");
	make(&m, "another key in its place");
	m.public[1] = times(5);
	sign_refuses(&m, 0, "wrong_key");
	make(&m, "nobody");
	m.package.n = 0;
	sign_refuses(&m, 0, "bad_package");
}

static void wrong_parts_are_named(void **state)
{
	struct meeting m;
	struct scalar one = number(1);
	struct err e = { 0 };

	make(&m, "a decision");
	all_sign(&m);
	scalar_add(&m.parts[2].z, &one, &m.parts[2].z);
	assert_false(combines(*state, &m, &e));
	assert_string_equal(e.name, "bad_part");
	for (size_t i = 0; i < SIGNERS; i++)
		assert_int_equal(m.bad[i], i == 2);
	make(&m, "most lie about R");
	all_sign(&m);
	for (size_t i = 0; i < 3; i++)
		m.parts[i].r = times(5);
	assert_true(combines(*state, &m, NULL));
	assert_true(holds(*state, &m, "most lie about R", NULL));
	for (size_t i = 0; i < SIGNERS; i++)
		assert_int_equal(m.bad[i], i < 3);
}

/* Who takes the others' keys off its own signs alone for all; what it cannot do is prove that it holds such a key. */
static void a_rogue_key_has_no_proof(void **state)
{
	struct scalar mine, nonce;
	struct point own, rogue, victim = times(1234567);
	struct slice bound = slice_str("group and member");
	uint8_t proof[SIG_BYTES];
	struct err e = { 0 };

	scalar_random(&mine);
	scalar_random(&nonce);
	point_base(&mine, &own);
	point_sub(&own, &victim, &rogue);
	assert_true(multisig_prove(&mine, bound, &nonce, proof, NULL));
	assert_true(multisig_proof_verify(*state, &own, bound, proof, NULL));
	assert_false(multisig_proof_verify(*state, &rogue, bound, proof, &e));
	assert_string_equal(e.name, "bad_proof");
	assert_false(multisig_proof_verify(*state, &own, slice_str("another member"), proof, NULL));
	proof[40] ^= 1;
	assert_false(multisig_proof_verify(*state, &own, bound, proof, NULL));
}

static void lists_have_bounds(void **state)
{
	static struct point many[MULTISIG_MAX + 1];
	struct multisig_list list;
	struct err e = { 0 };

	(void)state;
	assert_true(multisig_list_make(many, MULTISIG_MAX, &list, NULL));
	assert_int_equal(multisig_bitmap_bytes(&list), MULTISIG_BITMAP);
	assert_false(multisig_list_make(many, 0, &list, NULL));
	assert_false(multisig_list_make(many, MULTISIG_MAX + 1, &list, &e));
	assert_string_equal(e.name, "bad_list");
}

static int start(void **state)
{
	*state = crypto_new(NULL);
	return *state == NULL;
}

static int stop(void **state)
{
	crypto_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(some_sign_and_all_see_who),
		cmocka_unit_test(it_is_an_ordinary_signature),
		cmocka_unit_test(nobody_is_put_in_or_taken_out),
		cmocka_unit_test(a_signer_refuses),
		cmocka_unit_test(wrong_parts_are_named),
		cmocka_unit_test(a_rogue_key_has_no_proof),
		cmocka_unit_test(lists_have_bounds),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
