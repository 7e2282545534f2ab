/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/base/vectors.h"
#include "tests/voting/curves.h"
#include "voting/dkg.h"

enum { T = 3, N = 5 };

/* ---- the Zcash Foundation's ceremony of three, two of whom sign: what it shows of a dealer, and what its first member makes of all */

static const json_t *dealer_of(const json_t *v, share_id id)
{
	char text[8];

	snprintf(text, sizeof(text), "%u", id);
	return json_object_get(json_object_get(v, "inputs"), text);
}

static struct point committed(const json_t *dealer, size_t k)
{
	return point_hex(json_string_value(json_array_get(json_object_get(dealer, "vss_commitments"), k)));
}

static void read_proof(const json_t *dealer, struct dkg_proof *out)
{
	uint8_t b[64];

	assert_int_equal(vectors_hex(dealer, "proof_of_knowledge", b, sizeof(b)), sizeof(b));
	assert_true(point_decode(b, &out->r, NULL));
	assert_true(scalar_decode(b + 32, &out->z, NULL));
}

static void dealer_follows(const json_t *v, share_id id, struct point commitment[static 2])
{
	const json_t *dealer = dealer_of(v, id);
	struct dkg_polynomial f = { .t = 2 };
	struct dkg_proof proof;
	struct point c[2];
	struct err e = { 0 };

	f.f[0] = scalar_hex(vectors_text(dealer, "signing_key"));
	f.f[1] = scalar_hex(vectors_text(dealer, "coefficient"));
	shares_commit(f.f, 2, c);
	for (size_t k = 0; k < 2; k++) {
		commitment[k] = committed(dealer, k);
		assert_true(point_equal(&c[k], &commitment[k]));
	}
	read_proof(dealer, &proof);
	assert_true(dkg_proof_verify(&proof, id, &c[0], slice_str(""), NULL));
	assert_false(dkg_proof_verify(&proof, (share_id)(id + 1), &c[0], slice_str(""), &e));
	assert_string_equal(e.name, "bad_proof");
}

/* In this file, member `id` has under "signing_shares" what it got of the others. What it deals to itself is not shown. */
static void member_follows(const json_t *v, share_id id, const struct point commitments[static 3][2])
{
	const json_t *member = dealer_of(v, id);
	struct dkg_dealt dealt[3];
	struct share mine;
	struct point group[2], public;
	struct scalar f[2];
	char from[8];
	bool bad[3];

	f[0] = scalar_hex(vectors_text(member, "signing_key"));
	f[1] = scalar_hex(vectors_text(member, "coefficient"));
	for (share_id j = 1; j <= 3; j++) {
		dealt[j - 1] = (struct dkg_dealt){ .from = j, .commitment = commitments[j - 1] };
		snprintf(from, sizeof(from), "%u", j);
		if (j == id)
			shares_at(f, 2, id, &dealt[j - 1].share);
		else
			dealt[j - 1].share = scalar_hex(vectors_text(json_object_get(member, "signing_shares"), from));
	}
	assert_true(dkg_finish(id, dealt, 3, 2, &mine, group, bad, NULL));
	is_hex(mine.value.b, 32, vectors_text(member, "signing_share"));
	is_hex(group[0].b, 32, vectors_text(json_object_get(v, "inputs"), "verifying_key"));
	shares_public(group, 2, id, &public);
	is_hex(public.b, 32, vectors_text(member, "verifying_share"));
}

static void the_zcash_foundations_ceremony(void **state)
{
	json_t *v = vectors_load("frost-zf/frost-ed25519/vectors_dkg.json");
	struct point commitments[3][2];

	(void)state;
	if (v == NULL)
		skip();
	for (share_id id = 1; id <= 3; id++)
		dealer_follows(v, id, commitments[id - 1]);
	for (share_id id = 1; id <= 3; id++)
		member_follows(v, id, (const struct point(*)[2])commitments);
	json_decref(v);
}

/* ---- a ceremony of five, three of whom sign */

struct ceremony {
	struct dkg_polynomial f[N];
	struct point commitments[N][DKG_MAX];
	struct dkg_dealt dealt[N]; /* to the member who finishes */
	struct share shares[N];
	struct point group[DKG_MAX];
	bool bad[N];
};

static void commit_all(struct ceremony *c)
{
	for (size_t j = 0; j < N; j++)
		shares_commit(c->f[j].f, c->f[j].t, c->commitments[j]);
}

static void give_all(struct ceremony *c, size_t n, share_id to)
{
	for (size_t j = 0; j < n; j++) {
		c->dealt[j] = (struct dkg_dealt){ .from = (share_id)(j + 1), .commitment = c->commitments[j] };
		shares_at(c->f[j].f, c->f[j].t, to, &c->dealt[j].share);
	}
}

static void finish_all(struct ceremony *c, size_t n, size_t t)
{
	for (share_id id = 1; id <= N; id++) {
		give_all(c, n, id);
		assert_true(dkg_finish(id, c->dealt, n, t, &c->shares[id - 1], c->group, c->bad, NULL));
	}
}

static struct ceremony *make(void)
{
	struct ceremony *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	for (size_t j = 0; j < N; j++)
		dkg_deal(fresh_seed(), T, &c->f[j]);
	commit_all(c);
	return c;
}

/* The secret that n shares give: only a test ever computes it. */
static struct scalar secret_of(const struct share *shares, const share_id *ids, size_t n)
{
	struct scalar sum = number(0), term;

	for (size_t i = 0; i < n; i++) {
		shares_lagrange(ids, n, i, 0, &term);
		scalar_mul(&term, &shares[ids[i] - 1].value, &term);
		scalar_add(&sum, &term, &sum);
	}
	return sum;
}

static void any_t_hold_the_key(void **state)
{
	struct ceremony *c = make();
	const share_id sets[][T] = { { 1, 2, 3 }, { 2, 4, 5 }, { 1, 3, 5 } };
	struct scalar secret;
	struct point key;

	(void)state;
	finish_all(c, N, T);
	for (size_t i = 0; i < 3; i++) {
		secret = secret_of(c->shares, sets[i], T);
		point_base(&secret, &key);
		assert_true(point_equal(&key, &c->group[0]));
	}
	secret = secret_of(c->shares, sets[0], T - 1);
	point_base(&secret, &key);
	assert_false(point_equal(&key, &c->group[0]));
	free(c);
}

static void who_deals_falsely_is_named(void **state)
{
	struct ceremony *c = make();
	struct share mine = { .id = 99 };
	struct scalar one = number(1);
	struct err e = { 0 };

	(void)state;
	give_all(c, N, 4);
	scalar_add(&c->dealt[1].share, &one, &c->dealt[1].share);
	shares_at(c->f[4].f, T, 3, &c->dealt[4].share); /* another member's */
	assert_false(dkg_finish(4, c->dealt, N, T, &mine, c->group, c->bad, &e));
	assert_string_equal(e.name, "bad_share");
	assert_int_equal(mine.id, 99);
	for (size_t j = 0; j < N; j++)
		assert_int_equal(c->bad[j], j == 1 || j == 4);
	free(c);
}

/* A last dealer that waited, and takes away what the others dealt, cannot prove that it knows its secret; should it pass all the same,
 * there is no key. */
static void a_key_is_not_nothing(void **state)
{
	struct ceremony *c = make();
	struct share mine;
	struct err e = { 0 };

	(void)state;
	c->f[4].f[0] = number(0);
	for (size_t j = 0; j < 4; j++)
		scalar_sub(&c->f[4].f[0], &c->f[j].f[0], &c->f[4].f[0]);
	commit_all(c);
	give_all(c, N, 1);
	assert_false(dkg_finish(1, c->dealt, N, T, &mine, c->group, c->bad, &e));
	assert_string_equal(e.name, "bad_key");
	free(c);
}

static void commitments_have_t_points(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_true(dkg_commitment_check(T, T, NULL));
	assert_false(dkg_commitment_check(T - 1, T, NULL));
	assert_false(dkg_commitment_check(T + 1, T, &e));
	assert_string_equal(e.name, "bad_commitment");
}

static void proofs_are_bound(void **state)
{
	struct ceremony *c = make();
	struct scalar k;
	struct dkg_proof proof, other;
	struct slice bound = slice_str("this ceremony");

	(void)state;
	scalar_random(&k);
	dkg_prove(&c->f[0], 1, bound, &k, &proof);
	assert_true(dkg_proof_verify(&proof, 1, &c->commitments[0][0], bound, NULL));
	assert_false(dkg_proof_verify(&proof, 2, &c->commitments[0][0], bound, NULL));
	assert_false(dkg_proof_verify(&proof, 1, &c->commitments[1][0], bound, NULL));
	assert_false(dkg_proof_verify(&proof, 1, &c->commitments[0][0], slice_str("that ceremony"), NULL));
	other = proof;
	other.r = times(3);
	assert_false(dkg_proof_verify(&other, 1, &c->commitments[0][0], bound, NULL));
	other = proof;
	scalar_add(&other.z, &k, &other.z);
	assert_false(dkg_proof_verify(&other, 1, &c->commitments[0][0], bound, NULL));
	free(c);
}

/* ---- dealing the same key anew */

/* Of t old holders each deals, with another threshold: same key, other shares, and old and new ones do not go together. */
static void resharing_keeps_the_key(void **state)
{
	static const size_t thresholds[] = { 2, T, 4 };
	const share_id ids[] = { 1, 2, 4 }, first[] = { 1, 2, 3, 4 }, mixed[] = { 1, 3, 4 };
	struct ceremony *old = make(), *new = make();
	struct share some[N];
	struct scalar secret;
	struct point key, public;

	(void)state;
	finish_all(old, N, T);
	for (size_t i = 0; i < 3; i++) {
		size_t t = thresholds[i];

		for (size_t j = 0; j < T; j++)
			dkg_redeal(fresh_seed(), &old->shares[ids[j] - 1], ids, T, j, t, &new->f[j]);
		commit_all(new);
		for (size_t j = 0; j < T; j++) {
			shares_public(old->group, T, ids[j], &public);
			assert_true(dkg_redeal_check(&new->commitments[j][0], &public, ids, T, j, NULL));
		}
		finish_all(new, T, t);
		assert_true(point_equal(&new->group[0], &old->group[0]));
		secret = secret_of(new->shares, first, t);
		point_base(&secret, &key);
		assert_true(point_equal(&key, &old->group[0]));
	}
	memcpy(some, new->shares, sizeof(some));
	some[2] = old->shares[2];
	secret = secret_of(some, mixed, T);
	point_base(&secret, &key);
	assert_false(point_equal(&key, &old->group[0]));
	free(old);
	free(new);
}

static void nothing_but_ones_share_is_dealt_anew(void **state)
{
	const share_id ids[] = { 1, 2, 4 };
	struct ceremony *old = make();
	struct dkg_polynomial f;
	struct point c[T], public;
	struct err e = { 0 };

	(void)state;
	finish_all(old, N, T);
	shares_public(old->group, T, 2, &public);
	dkg_redeal(fresh_seed(), &old->shares[1], ids, T, 1, T, &f);
	scalar_random(&f.f[0]);
	shares_commit(f.f, T, c);
	assert_false(dkg_redeal_check(&c[0], &public, ids, T, 1, &e));
	assert_string_equal(e.name, "bad_commitment");
	dkg_redeal(fresh_seed(), &old->shares[1], ids, T, 0, T, &f);
	shares_commit(f.f, T, c);
	assert_false(dkg_redeal_check(&c[0], &public, ids, T, 1, NULL));
	free(old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_zcash_foundations_ceremony),
		cmocka_unit_test(any_t_hold_the_key),
		cmocka_unit_test(who_deals_falsely_is_named),
		cmocka_unit_test(a_key_is_not_nothing),
		cmocka_unit_test(commitments_have_t_points),
		cmocka_unit_test(proofs_are_bound),
		cmocka_unit_test(resharing_keeps_the_key),
		cmocka_unit_test(nothing_but_ones_share_is_dealt_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
