/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/base/vectors.h"
#include "tests/voting/curves.h"
#include "tests/voting/rfc9591.h"
#include "voting/frost.h"

enum { T = 3, N = 5, SIGNERS_MAX = 8 };

/* ---- what others published */

/* A run of their files, as far as it has come. */
struct run {
	struct round_nonce nonces[SIGNERS_MAX];
	struct share mine[SIGNERS_MAX];
	struct point shares[SIGNERS_MAX];
	struct round_commitment list[SIGNERS_MAX];
	struct round_part parts[SIGNERS_MAX];
	uint8_t message[64];
	struct frost_package package;
};

static const json_t *within(const json_t *v, const char *a, const char *b)
{
	return json_object_get(json_object_get(v, a), b);
}

static void follows_round_one(const json_t *of, struct run *r, size_t i)
{
	uint8_t random[ROUND_RANDOM];
	const struct round_nonce *n = &r->nonces[i];

	assert_int_equal(vectors_hex(of, "hiding_nonce_randomness", random, 32), 32);
	assert_int_equal(vectors_hex(of, "binding_nonce_randomness", random + 32, 32), 32);
	round_commit(&r->mine[i], random, &r->nonces[i]);
	is_hex(n->hiding.b, 32, vectors_text(of, "hiding_nonce"));
	is_hex(n->binding.b, 32, vectors_text(of, "binding_nonce"));
	is_hex(n->commitment.hiding.b, 32, vectors_text(of, "hiding_nonce_commitment"));
	is_hex(n->commitment.binding.b, 32, vectors_text(of, "binding_nonce_commitment"));
	r->list[i] = n->commitment;
}

static void follows_binding(const json_t *of, const struct run *r, size_t i)
{
	uint8_t input[FROST_BINDING_INPUT];
	struct scalar rho;

	frost_binding_input(&r->package, i, input);
	is_hex(input, sizeof(input), vectors_text(of, "binding_factor_input"));
	frost_binding_factor(input, &rho);
	is_hex(rho.b, 32, vectors_text(of, "binding_factor"));
}

static void follows_dealing(const json_t *in, struct run *r)
{
	struct scalar f[SIGNERS_MAX], value;
	struct point c[SIGNERS_MAX];
	const json_t *one;
	size_t i, t = 1;

	f[0] = scalar_hex(vectors_text(in, "group_secret_key"));
	json_array_foreach(json_object_get(in, "share_polynomial_coefficients"), i, one) f[t++] = scalar_hex(json_string_value(one));
	assert_int_equal(t, r->package.t);
	shares_commit(f, t, c);
	r->package.key = c[0];
	json_array_foreach(json_object_get(in, "participant_shares"), i, one)
	{
		shares_at(f, t, (share_id)json_integer_value(json_object_get(one, "identifier")), &value);
		is_hex(value.b, 32, vectors_text(one, "participant_share"));
	}
	json_array_foreach(json_object_get(in, "participant_list"), i, one)
	{
		r->mine[i].id = (share_id)json_integer_value(one);
		shares_at(f, t, r->mine[i].id, &r->mine[i].value);
		shares_public(c, t, r->mine[i].id, &r->shares[i]);
	}
	r->package.n = i;
}

static void follows(struct crypto *c, const json_t *v)
{
	const json_t *in = json_object_get(v, "inputs"), *one;
	struct run r = { .package.t = (size_t)atoi(vectors_text(json_object_get(v, "config"), "MIN_PARTICIPANTS")) };
	const char *key = vectors_text(in, "group_public_key");
	uint8_t signature[SIG_BYTES];
	bool bad[SIGNERS_MAX];
	size_t i;

	follows_dealing(in, &r);
	is_hex(r.package.key.b, 32, *key != '\0' ? key : vectors_text(in, "verifying_key_key"));
	r.package.message = slice_of(r.message, vectors_hex(in, "message", r.message, sizeof(r.message)));
	r.package.list = r.list;
	json_array_foreach(within(v, "round_one_outputs", "outputs"), i, one) follows_round_one(one, &r, i);
	assert_int_equal(i, r.package.n);
	json_array_foreach(within(v, "round_one_outputs", "outputs"), i, one) follows_binding(one, &r, i);
	json_array_foreach(within(v, "round_two_outputs", "outputs"), i, one)
	{
		assert_true(frost_sign(&r.mine[i], &r.nonces[i], &r.package, &r.parts[i], NULL));
		is_hex(r.parts[i].z.b, 32, vectors_text(one, "sig_share"));
	}
	assert_int_equal(i, r.package.n);
	assert_true(frost_combine(c, &r.package, r.parts, r.shares, signature, bad, NULL));
	is_hex(signature, sizeof(signature), vectors_text(json_object_get(v, "final_output"), "sig"));
}

static void rfc_9591(void **state)
{
	json_t *v = json_loads(rfc9591_e1, 0, NULL);

	assert_non_null(v);
	follows(*state, v);
	json_decref(v);
}

static void follows_file(struct crypto *c, const char *name)
{
	json_t *v = vectors_load(name);

	if (v == NULL)
		skip();
	follows(c, v);
	json_decref(v);
}

static void the_research_groups_file(void **state)
{
	follows_file(*state, "frost-cfrg/frost-ed25519-sha512.json");
}

static void the_zcash_foundations_file(void **state)
{
	follows_file(*state, "frost-zf/frost-ed25519/vectors.json");
}

static void large_identifiers(void **state)
{
	follows_file(*state, "frost-zf/frost-ed25519/vectors-big-identifier.json");
}

/* ---- a key with t = 3 of 5, and its signers */

struct group {
	struct share mine[N];
	struct point shares[N];
	struct round_nonce nonces[N];
	struct round_commitment list[N];
	struct round_part parts[N];
	struct frost_package package;
	uint8_t signature[SIG_BYTES];
	bool bad[N];
};

static void round_one(struct group *g)
{
	uint8_t random[ROUND_RANDOM];

	for (size_t i = 0; i < N; i++) {
		bytes_random(random, sizeof(random));
		round_commit(&g->mine[i], random, &g->nonces[i]);
		g->list[i] = g->nonces[i].commitment;
	}
}

static void make(struct group *g, const char *message)
{
	struct scalar f[T];
	struct point c[T];

	memset(g, 0, sizeof(*g));
	for (size_t k = 0; k < T; k++)
		scalar_random(&f[k]);
	shares_commit(f, T, c);
	deal(f, T, N, g->mine);
	for (size_t i = 0; i < N; i++)
		shares_public(c, T, g->mine[i].id, &g->shares[i]);
	g->package = (struct frost_package){ .key = c[0], .message = slice_str(message), .t = T, .list = g->list, .n = N };
	round_one(g);
}

static void round_two(struct group *g)
{
	for (size_t i = 0; i < g->package.n; i++)
		assert_true(frost_sign(&g->mine[i], &g->nonces[i], &g->package, &g->parts[i], NULL));
}

static bool combines(struct crypto *c, struct group *g, struct err *e)
{
	return frost_combine(c, &g->package, g->parts, g->shares, g->signature, g->bad, e);
}

static void is_signed(struct crypto *c, const struct group *g)
{
	struct sig_pub key = { .alg = SIG_ED25519 };

	memcpy(key.b, g->package.key.b, 32);
	assert_true(sig_verify(c, &key, g->package.message, g->signature, NULL));
}

static void any_t_to_n_sign(void **state)
{
	struct group g;

	for (size_t n = T; n <= N; n++) {
		make(&g, "let her in");
		g.package.n = n;
		round_two(&g);
		assert_true(combines(*state, &g, NULL));
		is_signed(*state, &g);
		for (size_t i = 0; i < n; i++)
			assert_false(g.bad[i]);
	}
}

static void fewer_than_t_do_not(void **state)
{
	struct group g;
	struct err e = { 0 };

	make(&g, "let her in");
	g.package.n = T - 1;
	assert_false(frost_sign(&g.mine[0], &g.nonces[0], &g.package, &g.parts[0], &e));
	assert_string_equal(e.name, "bad_package");
	/* Nor when they say that fewer are enough. */
	make(&g, "let her in");
	g.package.n = g.package.t = T - 1;
	round_two(&g);
	err_clear(&e);
	assert_false(combines(*state, &g, &e));
	assert_string_equal(e.name, "bad_package");
}

/* ---- round two refuses, and the nonce is gone whatever comes of it */

static void refuses(struct group *g, size_t i, const char *name)
{
	static const struct round_nonce none;
	struct err e = { 0 };

	assert_false(frost_sign(&g->mine[i], &g->nonces[i], &g->package, &g->parts[i], &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(&g->nonces[i], &none, sizeof(none));
	err_clear(&e);
	assert_false(frost_sign(&g->mine[i], &g->nonces[i], &g->package, &g->parts[i], &e));
	assert_string_equal(e.name, "nonce_used");
}

static void a_nonce_serves_once(void **state)
{
	struct group g;
	struct round_part part;

	(void)state;
	make(&g, "let her in");
	assert_true(frost_sign(&g.mine[0], &g.nonces[0], &g.package, &part, NULL));
	g.package.message = slice_str("let him in");
	refuses(&g, 0, "nonce_used");
	g.nonces[1].commitment.id = 1;
	refuses(&g, 1, "nonce_used");
}

static void a_package_has_ones_own_commitment_once(void **state)
{
	struct group g;

	(void)state;
	make(&g, "without it");
	memmove(g.list + 1, g.list + 2, 3 * sizeof(g.list[0]));
	g.package.n = N - 1;
	refuses(&g, 1, "bad_package");
	make(&g, "another's D");
	g.list[0].hiding = g.list[1].hiding;
	refuses(&g, 0, "bad_package");
	make(&g, "another's E");
	g.list[0].binding = g.list[1].binding;
	refuses(&g, 0, "bad_package");
	make(&g, "as somebody else's too");
	g.list[4].hiding = g.list[0].hiding;
	g.list[4].binding = g.list[0].binding;
	refuses(&g, 0, "bad_package");
	make(&g, "under another number");
	g.list[0].id = 0;
	refuses(&g, 0, "bad_identifiers");
	make(&g, "twice");
	g.list[1] = g.list[0];
	refuses(&g, 0, "bad_identifiers");
	make(&g, "not in order");
	g.list[3] = g.nonces[4].commitment;
	g.list[4] = g.nonces[3].commitment;
	refuses(&g, 0, "bad_identifiers");
}

/* ---- the coordinator */

static void fails(struct crypto *c, struct group *g, const char *name)
{
	static const uint8_t none[SIG_BYTES];
	struct err e = { 0 };

	assert_false(combines(c, g, &e));
	assert_string_equal(e.name, name);
	assert_memory_equal(g->signature, none, sizeof(none));
}

static void bad_are(const struct group *g, const bool want[static N])
{
	for (size_t i = 0; i < N; i++)
		assert_int_equal(g->bad[i], want[i]);
}

static void wrong_parts_are_named(void **state)
{
	struct group g;
	struct scalar one = number(1);

	make(&g, "let her in");
	round_two(&g);
	scalar_add(&g.parts[1].z, &one, &g.parts[1].z);
	g.parts[3].z = number(0);
	fails(*state, &g, "bad_part");
	bad_are(&g, (const bool[N]){ [1] = true, [3] = true });
	/* Two that cancel each other out do no harm: the sum is what counts. */
	make(&g, "let her in");
	round_two(&g);
	scalar_add(&g.parts[0].z, &one, &g.parts[0].z);
	scalar_sub(&g.parts[2].z, &one, &g.parts[2].z);
	assert_true(combines(*state, &g, NULL));
	is_signed(*state, &g);
}

/* What signers say R is saves work and decides nothing: one lies, or all do. */
static void a_false_r_is_named(void **state)
{
	struct group g;

	make(&g, "one lies");
	round_two(&g);
	g.parts[0].r = times(9);
	assert_true(combines(*state, &g, NULL));
	is_signed(*state, &g);
	make(&g, "most lie");
	round_two(&g);
	for (size_t i = 1; i < N; i++)
		g.parts[i].r = times(9);
	assert_true(combines(*state, &g, NULL));
	is_signed(*state, &g);
	bad_are(&g, (const bool[N]){ false, true, true, true, true });
	make(&g, "each lies differently, one is wrong too");
	round_two(&g);
	for (size_t i = 0; i < 4; i++)
		g.parts[i].r = times(9 + i);
	g.parts[4].z = number(3);
	fails(*state, &g, "bad_part");
	bad_are(&g, (const bool[N]){ true, true, true, true, true });
}

static void other_public_shares_are_nobodys_fault(void **state)
{
	struct group g, h;

	make(&g, "let her in");
	make(&h, "let her in");
	g.package.key = h.package.key;
	round_two(&g);
	fails(*state, &g, "bad_package");
	bad_are(&g, (const bool[N]){ false });
}

/* Signers who were shown different packages make nothing together. */
static void split_packages_make_nothing(void **state)
{
	struct group g;

	make(&g, "let her in");
	for (size_t i = 0; i < 2; i++)
		assert_true(frost_sign(&g.mine[i], &g.nonces[i], &g.package, &g.parts[i], NULL));
	g.package.message = slice_str("let him in");
	for (size_t i = 2; i < N; i++)
		assert_true(frost_sign(&g.mine[i], &g.nonces[i], &g.package, &g.parts[i], NULL));
	fails(*state, &g, "bad_part");
	bad_are(&g, (const bool[N]){ true, true });
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
		cmocka_unit_test(rfc_9591),
		cmocka_unit_test(the_research_groups_file),
		cmocka_unit_test(the_zcash_foundations_file),
		cmocka_unit_test(large_identifiers),
		cmocka_unit_test(any_t_to_n_sign),
		cmocka_unit_test(fewer_than_t_do_not),
		cmocka_unit_test(a_nonce_serves_once),
		cmocka_unit_test(a_package_has_ones_own_commitment_once),
		cmocka_unit_test(wrong_parts_are_named),
		cmocka_unit_test(a_false_r_is_named),
		cmocka_unit_test(other_public_shares_are_nobodys_fault),
		cmocka_unit_test(split_packages_make_nothing),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
